"""Proof forward in time: learn until a day, choose among what came after, count what was found."""

import json
import math
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crw.build import built
from crw.console import err, out, progress, table
from crw.errors import CrwError
from crw.home import Home
from crw.learn import TARGETS
from crw.learn.fit import Fitted, fit, predict, truth_of
from crw.learn.matrix import as_of, labelled, opened, settings

TOP_SHARES = (0.01, 0.02, 0.05, 0.10)
_BANDS = 10
_FEWEST = 50  # results to learn from; with fewer nothing can be said


def backtest(
    home: Home,
    source: str,
    train_to: date | None = None,
    test_from: date | None = None,
    test_to: date | None = None,
    form: str = "table",
) -> None:
    """Print what the score finds in a period it never saw; the last three months unless told."""
    if form not in ("table", "json"):
        raise CrwError(f"unknown format '{form}'", "formats: table, json")
    built(home)
    with opened(home) as connection:
        end = as_of(connection, source)
    test_to = test_to or end
    test_from = test_from or months_before(test_to, 3) + timedelta(days=1)
    train_to = train_to or test_from - timedelta(days=1)
    if not train_to < test_from <= test_to:
        raise CrwError(
            f"the days {train_to}, {test_from}, {test_to} are not in order",
            "--train-to lies before --test-from, and that not after --test-to",
        )
    figures, _ = judged(home, source, train_to, test_from, test_to)
    if form == "json":
        days = {"train_to": train_to, "test_from": test_from, "test_to": test_to}
        about = {"source": source} | {name: str(day) for name, day in days.items()}
        print(json.dumps(about | {"results": [_answer(row) for row in figures]}, indent=2))
    else:
        _print(figures, f"{source}: learned to {train_to}, judged on {test_from} to {test_to}")


def _answer(row: dict) -> dict:
    """A figure without its days, which stand above all, and with the shares that readers want."""
    told = {name: value for name, value in row.items() if name not in ("month_on", "trained_to")}
    return told | {
        "precision": row["hits"] / row["taken"] if row["taken"] else None,
        "recall": row["hits"] / row["all_hits"] if row["all_hits"] else None,
    }


def rolling(home: Home, source: str, months: int) -> tuple[list[dict], list[dict]]:
    """Month by month, each judged by a model that saw nothing of it: figures and calibration."""
    with opened(home) as connection:
        end = as_of(connection, source)
    last = end + timedelta(days=1)
    figures, bands = [], []
    with progress() as bar:
        for back in bar.track(range(months, 0, -1), description=f"{source}: backtest"):
            first = months_before(last, back)
            until = months_before(last, back - 1) - timedelta(days=1)
            more = judged(home, source, first - timedelta(days=1), first, until)
            figures += more[0]
            bands += more[1]
    return figures, bands


def judged(
    home: Home, source: str, train_to: date, test_from: date, test_to: date
) -> tuple[list[dict], list[dict]]:
    """Learn from results known on `train_to`, with records frozen there; judge what was accepted
    in the test period and inspected."""
    with opened(home) as connection:
        as_of(connection, source)
        frame = labelled(connection, source, train_to)
    seen = frame[frame["result_on"] <= pd.Timestamp(train_to)]
    test = frame[frame["accepted_on"].between(pd.Timestamp(test_from), pd.Timestamp(test_to))]
    test = test[test["accepted_on"] > pd.Timestamp(train_to)]
    if len(seen) < _FEWEST or not len(test):
        raise CrwError(
            f"{source} has {len(seen):,} results until {train_to} and {len(test):,} items"
            f" inspected from {test_from} to {test_to}",
            f"at least {_FEWEST} results are needed to learn from, and one to judge by",
        )
    unseen = ~test["same_goods_key"].isin(seen["same_goods_key"].dropna().unique())
    populations = {
        "all": np.ones(len(test), bool),
        "unseen_goods": unseen.to_numpy(),
        "random": (test["random_pick"] == 1).to_numpy(),
    }
    figures, bands = [], []
    for target, column in TARGETS.items():
        if seen[column].nunique() < 2:
            continue
        fitted = fit(seen, target)
        chances = predict(fitted, test)
        about = {"target": target, "month_on": test_from, "trained_to": train_to}
        for population, chosen in populations.items():
            part = test[chosen]
            for name, score in _scores(fitted, part, chances[chosen]).items():
                for share in TOP_SHARES:
                    row = counted(part, target, score, share)
                    figures.append(about | {"population": population, "score_name": name} | row)
        bands += [about | band for band in _bands(truth_of(test, target), chances)]
    return figures, bands


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; of the last of a month, its last."""
    after = day + timedelta(days=1)
    ends = after.day == 1
    base = after if ends else day
    index = base.year * 12 + base.month - 1 - months
    found = date(index // 12, index % 12 + 1, 1)
    if ends:
        return found - timedelta(days=1)
    longest = (date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return found.replace(day=min(base.day, longest))


def _scores(fitted: Fitted, part: pd.DataFrame, chances: np.ndarray) -> dict[str, np.ndarray]:
    """The score, and what it must beat; chance is reckoned, not drawn."""
    hits = "hits" if fitted.target == "any" else "security_hits"
    strength = settings()["record_strength"]
    looked = part["trader_inspected"].to_numpy(float)
    history = (part[f"trader_{hits}"].to_numpy(float) + strength * fitted.base) / (
        looked + strength
    )
    found = {"learned": chances, "operator_history": history, "chance": np.zeros(len(part))}
    if part["is_risk_selected"].notna().any() and part["rules_matched"].any():
        found["rules_today"] = part["rules_matched"].to_numpy(float)
    return found


def counted(part: pd.DataFrame, target: str, score: np.ndarray, share: float) -> dict:
    """What the top of a score holds. Equals at its edge count by the share taken of them."""
    truth = truth_of(part, target)
    duty = part["additional_duty_national"].to_numpy(float)
    top = math.ceil(share * len(part))
    taken = np.zeros(len(part))
    if top:
        edge = -np.partition(-score, top - 1)[top - 1]
        above, equal = score > edge, score == edge
        taken[above] = 1.0
        taken[equal] = (top - above.sum()) / equal.sum()
    return {
        "top_share": share,
        "items": len(part),
        "taken": int(top),
        "hits": float((taken * truth).sum()),
        "all_hits": float(truth.sum()),
        "duty_national": float((taken * duty).sum()),
        "all_duty_national": float(duty.sum()),
    }


def _bands(truth: np.ndarray, chances: np.ndarray) -> Iterator[dict]:
    """Tenths of the items by their score: what was foretold, and what was found."""
    order = np.argsort(chances, kind="stable")
    for band, members in enumerate(np.array_split(order, _BANDS)):
        if len(members):
            yield {
                "band": band + 1,
                "items": len(members),
                "foretold_hits": float(chances[members].sum()),
                "hits": float(truth[members].sum()),
            }


def _print(figures: list[dict], title: str) -> None:
    out.print(title)
    for target in TARGETS:
        rows = [row for row in figures if row["target"] == target and row["items"]]
        if not rows:
            err.print(f"{target}: no inspection found one, or all did; nothing to learn")
        for said, over in (("precision", "taken"), ("recall", "all_hits")):
            groups: dict[tuple[str, str, int], list[str]] = {}
            for row in rows:
                name = row["population"], row["score_name"], row["items"]
                share = row["hits"] / row[over] if row[over] else math.nan
                groups.setdefault(name, []).append(f"{share:.3f}")
            if groups:
                heads = [f"top {share:.0%}" for share in TOP_SHARES]
                columns = ["items", "chosen by", "inspected", *heads]
                shown = [
                    [name[0].replace("_", " "), name[1].replace("_", " "), name[2], *cells]
                    for name, cells in groups.items()
                ]
                out.print(table(f"{target}, {said}", columns, shown))
