"""Scoring: what the promoted models say of the items of the last months, and why."""

from datetime import timedelta

import numpy as np
import pandas as pd

from crw.console import err
from crw.errors import CrwError
from crw.home import Home
from crw.learn.backtest import months_before
from crw.learn.fit import Fitted, predict, reasons
from crw.learn.matrix import accepted, as_of, features, opened, settings
from crw.learn.registry import cards, promoted, sources
from crw.raw import write_scores


def score(home: Home) -> None:
    """Write the scores of every source with a promoted model. A model that no longer matches
    is said and left out; the build stands without it."""
    scores, why = [], []
    for source in sources(home):
        model = promoted(home, source)
        try:
            fitted = model.fitted()
        except CrwError as problem:
            err.print(f"[yellow]warning[/] no scores for {source}: {problem}; {problem.hint}")
            continue
        with opened(home) as connection:
            end = as_of(connection, source)
            first = months_before(end, int(settings()["score_months"])) + timedelta(days=1)
            frame = accepted(connection, source, first, end)
        table = frame[["declaration_id", "item_number"]].assign(
            source_system=source, model_id=model.name
        )
        for target, one in fitted.items():
            chances = predict(one, frame)
            table[f"{target}_probability"] = np.round(chances, 6)
            why.append(_why(one, frame, chances, source))
        scores.append(table)
    write_scores(home, scores, why, cards(home))


def _why(one: Fitted, frame: pd.DataFrame, chances: np.ndarray, source: str) -> pd.DataFrame:
    """The reasons of the top tenth of each month, three rows an item."""
    rank = (
        pd.Series(chances)
        .groupby(frame["accepted_on"].dt.to_period("M").to_numpy())
        .rank(ascending=False, pct=True, method="first")
    )
    top = frame[(rank <= settings()["picked_share"]).to_numpy()]
    by_name = {feature.name: feature for feature in features()}
    rows = []
    records = top.to_dict("records")
    for item, found in zip(records, reasons(one, top), strict=True):
        for place, (name, share) in enumerate(found, 1):
            data = by_name[name].data if name in by_name else "rate"
            rows.append(
                {
                    "source_system": source,
                    "declaration_id": item["declaration_id"],
                    "item_number": item["item_number"],
                    "target": one.target,
                    "place": place,
                    "feature": name,
                    "feature_value": _said(item, name, data, one.target),
                    "share": round(share, 6),
                }
            )
    return pd.DataFrame(rows)


def _said(item: dict, name: str, data: str, target: str) -> str | None:
    """The value as an officer reads it; a record as what it holds."""
    if data == "rate":
        record = name.removesuffix("_rate")
        hits = item[f"{record}_hits" if target == "any" else f"{record}_security_hits"]
        return f"{hits:.3g} of {item[f'{record}_inspected']:.3g}"
    value = item[name]
    if pd.isna(value):
        return None
    if data == "category":
        return str(value)
    if name in ("log_net_mass", "log_value", "log_packages", "log_trader_declarations"):
        value = np.exp(value) - 1
    elif name.startswith("log_"):
        value = np.exp(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
