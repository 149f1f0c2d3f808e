"""Check: Great Expectations judges what was built, before anybody may see it.

A suite in `expectations/` measures a mart once, in SQL, into rows of figures (`source_system`,
`label`, then figures) and says what it expects of them. So a mart is read once however many checks
stand on it, and nothing but aggregates ever reaches Great Expectations.
The results, and those of dbt's tests, become a raw source; the marts that show them are built last,
so that nothing judges itself.
"""

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import duckdb
from rich.markup import escape

from crw.build import built, report
from crw.console import err, progress
from crw.data_docs import write_data_docs
from crw.dbt import dbt
from crw.errors import CheckFailed, CrwError
from crw.home import MEMORY, PROJECT, Home, read_json, read_yaml, sync, write_json
from crw.raw import figures

_FOLDER = PROJECT / "expectations"
_NAMED = 3  # offenders that fit one line
_NOT_JUDGED = "not_applicable"
_ASIDE = {"figures", "result"}  # of an outcome: not for readers of the marts
_REMEMBERED = 12  # releases that bounds are learned from, where there are as many


@dataclass(frozen=True)
class Outcome:
    """One check of one source in one run, as `check_results` holds it."""

    source_system: str | None
    entity: str
    check_name: str
    kind: str
    severity: str
    owner: str
    meaning: str
    status: str
    observed: str
    expected: str
    failing_records: int | None = None
    # Of a check with learned bounds: what it measured by label, for later releases to learn from.
    figures: dict[str, float] = field(default_factory=dict)
    # What Great Expectations said, for Data Docs.
    result: dict | None = None

    @property
    def blocks(self) -> bool:
        """An error counts as a blocker: what could not be looked at has not passed."""
        return self.status == "error" or (self.status == "fail" and self.severity == "blocker")


def check(home: Home) -> dict:
    """Run every suite on the last build; exit 1 on a blocker."""
    started = time.monotonic()
    build = built(home)
    home.check_state.unlink(missing_ok=True)
    outcomes = judge(home, build)
    run_at = datetime.now(UTC)
    write_data_docs(home, run_at, outcomes)
    _write_results(home, build["fingerprint"], run_at, outcomes)
    started_again = time.monotonic()
    select = ("--select", "tag:after_check", "--exclude", "resource_type:unit_test")
    shown = dbt(home, "build", *select, doing="showing the checks")
    report(shown, "marts of the checks", time.monotonic() - started_again)
    state = {
        "fingerprint": build["fingerprint"],
        "run_at": run_at.isoformat(timespec="seconds"),
        "summary": _summary(outcomes),
        "results": [
            {k: v for k, v in asdict(o).items() if k != "result"} | {"blocks": o.blocks}
            for o in outcomes
        ],
    }
    write_json(home.check_state, state)
    _tell(outcomes, time.monotonic() - started)
    return state


def checked(home: Home) -> dict:
    """What the checks said of the last build."""
    state = read_json(home.check_state)
    if state is None:
        raise CrwError("the last build is not checked", "crw check")
    return state


def suites() -> list[dict]:
    """The suites as written."""
    return [read_yaml(path) for path in sorted(_FOLDER.glob("*.yml"))]


def judge(home: Home, build: dict) -> list[Outcome]:
    """What every suite says of every source it is meant for, and what dbt's tests said."""
    loaded: dict[str, set[str]] = {}
    for batch in build["batches"]:
        if batch["part_records"]:
            loaded.setdefault(batch["source"], set()).add(batch["entity"])
    validate = _validation()
    past = figures(home, but=build["fingerprint"])
    outcomes = []
    with _marts(home) as marts, progress() as bar:
        for suite in bar.track(suites(), description="checking"):
            measured = _measure(marts, suite)
            for source, entities in suite["needs"].items():
                checks = [c for c in suite["checks"] if source in c.get("sources", suite["needs"])]
                if not loaded.get(source, set()) & set(entities):
                    said = f"{source} has no {' or '.join(entities)}"
                    outcomes += [_outcome(suite, c, source, _NOT_JUDGED, said) for c in checks]
                else:
                    outcomes += _judge(suite, checks, source, measured, past, validate)
        outcomes += _vanished(marts, outcomes)
    return outcomes + [_of_dbt(test) for test in build["tests"]]


@contextmanager
def _marts(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the build; attached, what they are made of (`staging`) and what readers have
    now (`published`), if they have anything yet.
    """
    memory = {"memory_limit": MEMORY}
    with duckdb.connect(home.warehouse, read_only=True, config=memory) as marts:
        try:
            marts.execute(f"attach '{home.staging}' as staging (read_only)")
            if home.current.exists():
                released = home.current / home.warehouse.name
                marts.execute(f"attach '{released}' as published (read_only)")
            marts.execute((_FOLDER / "_words.sql").read_text())
        except duckdb.Error as problem:
            raise CrwError(
                f"check: the marts could not be read: {_first_line(problem)}",
                "crw build makes them anew; a damaged release: crw rollback",
            ) from problem
        yield marts


def _measure(marts: duckdb.DuckDBPyConnection, suite: dict):
    """The figures of a suite as a data frame; None if there is no release to compare with; the
    error, if there was one.
    """
    if suite.get("compares_with") == "release" and not _has_release(marts):
        return None
    try:
        return marts.execute(suite["measure"]).df()
    except duckdb.Error as problem:
        return problem


def _has_release(marts: duckdb.DuckDBPyConnection) -> bool:
    return ("published",) in marts.sql("select database_name from duckdb_databases()").fetchall()


def _vanished(marts: duckdb.DuckDBPyConnection, outcomes: list[Outcome]) -> list[Outcome]:
    """Checks that judged the release readers have, and are not asked any more: no check may pass
    because its file is gone. Whoever took it out says so once, with `--accept`.
    """
    if not _has_release(marts):
        return []
    asked = {(o.source_system, o.check_name) for o in outcomes}
    ran = marts.sql("""
        select source_system, entity, check_name, severity, owner, meaning, expected
        from published.quality_checks
        where is_latest_run and kind = 'gx' and status in ('pass', 'fail')
        order by all
    """).fetchall()
    columns = ("source_system", "entity", "check_name", "severity", "owner", "meaning", "expected")
    gone = [dict(zip(columns, row, strict=True)) for row in ran if (row[0], row[2]) not in asked]
    said = "it judged the current release and is in no file of expectations/ any more"
    return [Outcome(**about, kind="gx", status="error", observed=said) for about in gone]


def _validation() -> Callable:
    """A function that puts expectations to a data frame: Great Expectations, kept quiet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Imported here: it takes seconds, which no other command should pay.
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("marts").add_dataframe_asset("measured")
    batches = asset.add_batch_definition_whole_dataframe("all")

    def expectation(name: str, kind: str, arguments: dict):
        known = getattr(gx.expectations, "Expect" + "".join(map(str.capitalize, kind.split("_"))))
        return known(**arguments, meta={"check": name})

    def validate(frame, asked: dict[str, tuple[str, dict]]) -> dict[str, dict | Exception]:
        """The result of each check by name: one call for all, because a call costs more than a
        check. What cannot be put to Great Expectations is an error of its own.
        """
        told: dict[str, dict | Exception] = {}
        suite = gx.ExpectationSuite(name="checks")
        for name, (kind, arguments) in asked.items():
            try:
                suite.add_expectation(expectation(name, kind, arguments))
            except Exception as problem:  # whatever it is, the check did not run
                told[name] = problem
        named = ["label", *(c for c in frame.columns if c.endswith("_said"))]
        wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": named}
        batch = batches.get_batch({"dataframe": frame.reset_index(drop=True)})
        for result in batch.validate(suite, result_format=wanted).results:
            told[result.expectation_config.meta["check"]] = result.to_json_dict()
        return told

    return validate


def _judge(suite: dict, checks: list[dict], source: str, measured, past: dict, validate: Callable):
    """What the checks of a suite say of a source that has data."""
    if measured is None:
        said = "there is no release to compare with yet"
        return [_outcome(suite, c, source, _NOT_JUDGED, said) for c in checks]
    if isinstance(measured, Exception):
        return [_outcome(suite, c, source, "error", _first_line(measured)) for c in checks]
    frame = measured[measured["source_system"] == source].copy()
    if frame.empty:
        said = "nothing was measured, though there is data"
        return [_outcome(suite, c, source, "error", said) for c in checks]
    remembered = {}
    for check in checks:
        if "learned" in check:
            history = past.get((source, check["name"]), {})
            remembered[check["name"]] = _learn(frame, check, history)
    asked = {c["name"]: (c["expect"], c["with"]) for c in checks}
    try:
        told = validate(frame, asked)
    except Exception as problem:  # whatever it is, none of the checks ran
        told = dict.fromkeys(asked, problem)
    outcomes = []
    for check in checks:
        # A check that was asked and not answered must not go missing.
        result = told.get(check["name"], CrwError("Great Expectations gave no result", ""))
        status, observed, failing = _result(result, frame, check)
        known = remembered.get(check["name"], {})
        outcome = _outcome(suite, check, source, status, observed, failing, known)
        asked = isinstance(result, dict)
        outcomes.append(replace(outcome, result=result) if asked else outcome)
    return outcomes


def _outcome(
    suite: dict,
    check: dict,
    source: str,
    status: str,
    observed: str,
    failing: int | None = None,
    remembered: dict | None = None,
) -> Outcome:
    return Outcome(
        source_system=source,
        entity=suite["entity"],
        check_name=check["name"],
        kind="gx",
        severity=check["severity"],
        owner=check.get("owner", suite["owner"]),
        meaning=" ".join(check["meaning"].split()),
        status=status,
        observed=observed,
        expected=_expected(check),
        failing_records=failing,
        figures=remembered or {},
    )


def _learn(frame, check: dict, history: dict[str, list[float]]) -> dict[str, float]:
    """Judge a column by what published releases measured: how far it is outside, as a share of
    what is usual, in a column of its own. Null where too few releases know the label.
    """
    column, learned = check["with"]["column"].removesuffix("_outside"), check["learned"]
    outside, said = [], []
    for label, figure in zip(frame["label"], frame[column], strict=True):
        known = history.get(label, [])[-_REMEMBERED:]
        if len(known) < learned["releases"] or math.isnan(figure):
            outside.append(math.nan)
            said.append("")
            continue
        usual = sorted(known)[len(known) // 2]
        room = abs(usual) * learned["margin"]
        low, high = min(known) - room, max(known) + room
        off = figure - high if figure > high else min(figure - low, 0.0)
        outside.append(off / (abs(usual) or 1.0))
        said.append(f"{_short(figure)}, releases before had {_short(low)} to {_short(high)}")
    frame[f"{column}_outside"], frame[f"{column}_outside_said"] = outside, said
    measured = zip(frame["label"], frame[column], strict=True)
    return {label: figure for label, figure in measured if not math.isnan(figure)}


def _result(result: dict | Exception, frame, check: dict) -> tuple[str, str, int | None]:
    """Status, what was observed, and how many figures fail."""
    if isinstance(result, Exception):
        return "error", _first_line(result), None
    raised = result["exception_info"]
    if "raised_exception" not in raised:  # one for each metric
        raised = next((r for r in raised.values() if r["raised_exception"]), {})
    if raised.get("raised_exception"):
        return "error", _first_line(raised["exception_message"]), None
    found = result["result"]
    if found.get("element_count") and found["element_count"] == found.get("missing_count"):
        return _NOT_JUDGED, "too little history to judge", None
    status = "pass" if result["success"] else "fail"
    return status, _observed(found, frame, check), found.get("unexpected_count")


def _expected(check: dict) -> str:
    arguments = dict(check["with"])
    column = arguments.pop("column", "rows").replace("_", " ")
    if "learned" in check:
        return f"{column.removesuffix(' outside')} as in past releases"
    low, high = arguments.get("min_value"), arguments.get("max_value")
    if set(arguments) <= {"min_value", "max_value"}:
        if low is not None and high is not None:
            return f"{column} {low}" if low == high else f"{column} from {low} to {high}"
        return f"{column} at least {low}" if low is not None else f"{column} at most {high}"
    return f"{column} {check['expect']} {arguments}"


def _observed(found: dict, frame, check: dict) -> str:
    """The offenders by name, worst first, so that one line says where to look; else the range."""
    if "observed_value" in found:
        return str(found["observed_value"])
    column = check["with"]["column"]
    rows = found.get("unexpected_index_list") or []
    rows = sorted(rows, key=lambda row: -_distance(row[column], check["with"]))
    odd = [f"{row['label']}: {row.get(f'{column}_said') or _short(row[column])}" for row in rows]
    if odd:
        more = f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
        return "; ".join(odd[:_NAMED]) + more
    return f"{_short(frame[column].min())} to {_short(frame[column].max())}"


def _distance(figure: float, bounds: dict) -> float:
    """How far a figure is beyond its bounds."""
    low, high = bounds.get("min_value"), bounds.get("max_value")
    return max(low - figure if low is not None else 0, figure - high if high is not None else 0)


def _first_line(problem: object) -> str:
    return next(iter(str(problem).splitlines()), type(problem).__name__)


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _of_dbt(test: dict) -> Outcome:
    status = {"pass": "pass", "warn": "fail"}.get(test["status"], "error")
    return Outcome(
        source_system=None,
        entity=test["entity"],
        check_name=test["name"],
        kind="dbt",
        severity="blocker" if test["severity"] == "error" else "warning",
        owner=test["owner"],
        meaning=test["meaning"],
        status=status,
        observed=f"{test['records'] or 0} records",
        expected="0 records",
        failing_records=test["records"],
    )


def _write_results(home: Home, fingerprint: str, run_at: datetime, outcomes: list[Outcome]) -> None:
    """One batch for each build: checked again, its results take the place of the former."""
    folder = home.check_results / f"batch=b_{fingerprint[:16]}"
    temporary = home.check_results / f".{folder.name}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    run = fingerprint[:16], run_at.replace(tzinfo=None)
    rows = [(*run, *(v for k, v in asdict(o).items() if k not in _ASIDE)) for o in outcomes]
    with duckdb.connect() as memory:
        memory.sql("""
            create table results (
                run_id varchar, run_at timestamp, source_system varchar, entity varchar,
                check_name varchar, kind varchar, severity varchar, owner varchar, meaning varchar,
                status varchar, observed varchar, expected varchar, failing_records bigint)
        """)
        memory.executemany(f"insert into results values ({', '.join('?' * 13)})", rows)
        memory.execute(f"copy results to '{temporary / 'part.parquet'}' (format parquet)")
    sync(temporary / "part.parquet")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)
    sync(home.check_results)


def _summary(outcomes: list[Outcome]) -> dict:
    counts = {s: sum(o.status == s for o in outcomes) for s in ("pass", "fail", "error")}
    counts["not_applicable"] = sum(o.status == "not_applicable" for o in outcomes)
    failing = [
        {k: v for k, v in asdict(o).items() if k not in {"meaning", "owner", "kind", *_ASIDE}}
        for o in outcomes
        if o.status in ("fail", "error")
    ]
    return counts | {"failing": failing}


def _tell(outcomes: list[Outcome], seconds: float) -> None:
    bad = sorted((o for o in outcomes if o.status in ("fail", "error")), key=lambda o: not o.blocks)
    for o in bad:
        colour, word = ("red", "blocker") if o.blocks else ("yellow", "warning")
        said = (
            f"{o.source_system or ''} {o.entity}: "
            f"{'could not run: ' if o.status == 'error' else ''}{o.observed} "
            f"(expected {o.expected}). {o.meaning}"
        )
        err.print(f"[{colour}]{word}[/] [bold]{o.check_name}[/] {escape(said)}", soft_wrap=True)
    kinds = {kind: sum(o.kind == kind for o in outcomes) for kind in ("gx", "dbt")}
    blockers = sum(o.blocks for o in bad)
    err.print(
        f"check: {kinds['gx']} expectations and {kinds['dbt']} dbt tests; {blockers} blockers, "
        f"{len(bad) - blockers} warnings, "
        f"{sum(o.status == 'not_applicable' for o in outcomes)} not applicable; {seconds:.0f} s"
    )
    if blockers:
        raise CheckFailed(
            f"check: {blockers} blockers, so this build is not published",
            "mend the data and run again; or take a failure on yourself: "
            'crw publish --accept CHECK --reason "…"',
        )
