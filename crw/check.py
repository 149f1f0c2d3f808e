"""Check: Great Expectations judges what was built, before anybody may see it.

A suite in `expectations/` measures a mart once, in SQL, into rows of figures (`source_system`,
`label`, then figures) and says what it expects of them. So a mart is read once however many checks
stand on it, and nothing but aggregates ever reaches Great Expectations.
The results, and those of dbt's tests, become a raw source; the marts that show them are built last,
so that nothing judges itself.
"""

import os
import shutil
import time
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime

import duckdb
import yaml
from rich.markup import escape

from crw.build import built, report
from crw.console import err, progress
from crw.dbt import dbt
from crw.errors import CheckFailed, CrwError
from crw.home import PROJECT, Home, read_json, sync, write_json

_FOLDER = PROJECT / "expectations"
_NAMED = 3  # offenders that fit one line


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
    _write_results(home, build["fingerprint"], run_at, outcomes)
    started_again = time.monotonic()
    select = ("--select", "tag:after_check", "--exclude", "resource_type:unit_test")
    shown = dbt(home, "build", *select, doing="showing the checks")
    report(shown, "marts of the checks", time.monotonic() - started_again)
    state = {
        "fingerprint": build["fingerprint"],
        "run_at": run_at.isoformat(timespec="seconds"),
        "summary": _summary(outcomes),
        "results": [asdict(o) | {"blocks": o.blocks} for o in outcomes],
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
    return [yaml.safe_load(path.read_text()) for path in sorted(_FOLDER.glob("*.yml"))]


def judge(home: Home, build: dict) -> list[Outcome]:
    """What every suite says of every source it is meant for, and what dbt's tests said."""
    loaded: dict[str, set[str]] = {}
    for batch in build["batches"]:
        if batch["part_records"]:
            loaded.setdefault(batch["source"], set()).add(batch["entity"])
    expect = _expectations()
    outcomes = []
    with progress() as bar:
        for suite in bar.track(suites(), description="checking"):
            measured = _measure(home, suite)
            for check in suite["checks"]:
                for source in check.get("sources", suite["needs"]):
                    there = loaded.get(source, set()) & set(suite["needs"][source])
                    outcomes.append(_outcome(suite, check, source, there, measured, expect))
    return outcomes + [_of_dbt(test) for test in build["tests"]]


def _measure(home: Home, suite: dict):
    """The figures of a suite as a data frame, or the error that kept them from being taken."""
    try:
        with duckdb.connect(home.warehouse, read_only=True) as warehouse:
            warehouse.execute((_FOLDER / "_words.sql").read_text())
            return warehouse.execute(suite["measure"]).df()
    except duckdb.Error as problem:
        return problem


def _expectations():
    """A function that puts one expectation to a data frame: Great Expectations, kept quiet."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Imported here: it takes seconds, which no other command should pay.
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("marts").add_dataframe_asset("measured")
    batches = asset.add_batch_definition_whole_dataframe("all")

    def expect(frame, kind: str, arguments: dict) -> dict:
        expectation = getattr(
            gx.expectations, "Expect" + "".join(map(str.capitalize, kind.split("_")))
        )
        batch = batches.get_batch({"dataframe": frame.reset_index(drop=True)})
        wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": ["label"]}
        return batch.validate(expectation(**arguments), result_format=wanted).to_json_dict()

    return expect


def _outcome(suite: dict, check: dict, source: str, there: set, measured, expect) -> Outcome:
    def outcome(status: str, observed: str, failing: int | None = None) -> Outcome:
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
        )

    if not there:
        return outcome("not_applicable", f"{source} has no {' or '.join(suite['needs'][source])}")
    if isinstance(measured, Exception):
        return outcome("error", _first_line(measured))
    frame = measured[measured["source_system"] == source]
    if frame.empty:
        return outcome("error", "nothing was measured, though there is data")
    try:
        told = expect(frame, check["expect"], check["with"])
    except Exception as problem:  # whatever it is, the check did not run
        return outcome("error", _first_line(problem))
    raised = told["exception_info"]
    if "raised_exception" not in raised:  # one for each metric
        raised = next((r for r in raised.values() if r["raised_exception"]), {})
    if raised.get("raised_exception"):
        return outcome("error", _first_line(raised["exception_message"]))
    found = told["result"]
    if found.get("element_count") and found["element_count"] == found.get("missing_count"):
        return outcome("not_applicable", "too little history to judge")
    status = "pass" if told["success"] else "fail"
    return outcome(status, _observed(found, frame, check), found.get("unexpected_count"))


def _expected(check: dict) -> str:
    arguments = dict(check["with"])
    column = arguments.pop("column", "rows")
    low, high = arguments.get("min_value"), arguments.get("max_value")
    if set(arguments) <= {"min_value", "max_value"}:
        if low is not None and high is not None:
            return f"{column} from {low} to {high}"
        return f"{column} at least {low}" if low is not None else f"{column} at most {high}"
    return f"{column} {check['expect']} {arguments}"


def _observed(found: dict, frame, check: dict) -> str:
    """The offenders by name, so that one line says where to look; else the range of all."""
    if "observed_value" in found:
        return str(found["observed_value"])
    column = check["with"]["column"]
    rows = found.get("unexpected_index_list") or []
    odd = [f"{row['label']}: {_short(row[column])}" for row in rows]
    if odd:
        more = f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
        return ", ".join(odd[:_NAMED]) + more
    return f"{_short(frame[column].min())} to {_short(frame[column].max())}"


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
    rows = [(fingerprint[:16], run_at.replace(tzinfo=None), *astuple(o)) for o in outcomes]
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
        {k: v for k, v in asdict(o).items() if k not in ("meaning", "owner", "kind")}
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
