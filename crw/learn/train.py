"""Training: a new model, its proof forward in time, and whether it beats the one in use."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd

from crw.build import built, versions
from crw.console import err
from crw.errors import CrwError
from crw.home import Home
from crw.learn import TARGETS
from crw.learn.backtest import counted, months_before, rolling
from crw.learn.fit import fit, predict
from crw.learn.matrix import as_of, labelled, opened, settings
from crw.learn.registry import Model, promote, promoted, save
from crw.publish import releases
from crw.raw import write_backtest

_JUDGED_AT = (0.05, 0.10)


class TooFewResults(CrwError):
    """A source does not tell enough to learn from."""


def train(home: Home, source: str) -> Model:
    """A model of all results there are. It is promoted only where it was better."""
    built(home)
    told = settings()
    with opened(home) as connection:
        end = as_of(connection, source)
        frame = labelled(connection, source)
    results = frame[frame["result_on"].notna()]
    if len(results) < 1000 or results["hit"].sum() < told["least_hits"]:
        raise TooFewResults(
            f"{source} has {len(results):,} inspected items with a result,"
            f" {int(results['hit'].sum()):,} of them with an offence",
            f"a score needs 1,000 of them and {told['least_hits']:.0f} offences",
        )
    figures, bands = rolling(home, source, int(told["backtest_months"]))
    fitted = {
        target: fit(results, target)
        for target, column in TARGETS.items()
        if results[column].nunique() > 1
    }
    before = promoted(home, source)
    better, verdict = _better(home, source, end, figures, before)
    card = {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "trained_from": str(results["accepted_on"].min().date()),
        "trained_to": str(end),
        "results": len(results),
        "offences": int(results["hit"].sum()),
        "release": releases(home)[0].name if releases(home) else None,
        "versions": versions(),
        "precision_top_5": {target: _precision(figures, target, 0.05) for target in fitted},
        "verdict": verdict,
    }
    model = save(home, source, fitted, card)
    write_backtest(home, source, model.name, figures, bands)
    if better:
        promote(home, model.name)
    err.print(f"{source}: model {model.name}, {verdict}")
    return model


def _better(
    home: Home, source: str, end: date, figures: list[dict], before: Model | None
) -> tuple[bool, str]:
    if before is None:
        return _beats_the_rest(figures)
    try:
        old_models = before.fitted()
    except CrwError as problem:
        return True, f"promoted: {problem}"
    told = settings()
    first = months_before(end, int(told["judge_months"])) + timedelta(days=1)
    first = max(first, date.fromisoformat(before.card["trained_to"]) + timedelta(days=1))
    known = first - timedelta(days=1)
    with opened(home) as connection:
        frame = labelled(connection, source, known)
    test = frame[frame["accepted_on"] >= pd.Timestamp(first)]
    if test["hit"].sum() < told["least_hits"]:
        return False, (
            f"not promoted: {int(test['hit'].sum())} offences since {before.name} learned,"
            f" {told['least_hits']:.0f} are needed to say which is better"
        )
    seen = frame[frame["result_on"] <= pd.Timestamp(known)]
    old = predict(old_models["any"], test)
    new = predict(fit(seen, "any"), test)
    found = [
        sum(counted(test, "any", score, share)["hits"] for share in _JUDGED_AT)
        for score in (new, old)
    ]
    words = f"{found[0]:.0f} against {found[1]:.0f} hits in the top 5 and 10 % since {first}"
    if found[0] > found[1]:
        return True, f"promoted: {words}"
    return False, f"not promoted, {before.name} stays: {words}"


def _beats_the_rest(figures: list[dict]) -> tuple[bool, str]:
    """The first model must beat what there was: rules, history, chance."""
    frame = pd.DataFrame(figures)
    frame = frame[
        (frame["target"] == "any")
        & (frame["population"] == "all")
        & frame["top_share"].isin(_JUDGED_AT)
    ]
    found = frame.groupby("score_name")["hits"].sum()
    rest = found.drop("learned")
    words = f"{found['learned']:.0f} hits in the top 5 and 10 %, {rest.idxmax()} {rest.max():.0f}"
    return bool(found["learned"] > rest.max()), (
        f"promoted: {words}" if found["learned"] > rest.max() else f"not promoted: {words}"
    )


def _precision(figures: list[dict], target: str, share: float) -> float | None:
    rows = [
        row
        for row in figures
        if row["target"] == target
        and row["population"] == "all"
        and row["score_name"] == "learned"
        and row["top_share"] == share
    ]
    taken = sum(row["taken"] for row in rows)
    return round(sum(row["hits"] for row in rows) / taken, 6) if taken else None
