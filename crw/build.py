"""Build: dbt turns the raw zone into marts, in two database files of the home folder."""

import hashlib
import shutil
import time
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from pyarrow import ArrowInvalid
from rich.markup import escape

from crw import __version__
from crw.console import err
from crw.dbt import Result, dbt, project
from crw.errors import CheckFailed, CrwError
from crw.home import Home, read_json, write_json
from crw.raw import batches, folder, placed, write_inputs

_SHOWN = 10  # failures that fit one screen
# What a build writes and, beside that, spills at once. At a million items it was 10 times the raw
# zone, at ten million 22 times: databases of 8 GB and 14 GB spilled, of 1.0 GB raw.
_WRITTEN, _AT_LEAST = 22, 100_000_000
# Beyond so much raw data (five million items) one model at a time is made, on all cores: two large
# ones share the memory, and spill more than they spare.
_LARGE = 500_000_000

# What stands from the last build where it is gone on from, but the tests of it.
_STANDING = ["config.materialized:view", "--indirect-selection", "empty"]
_STANDING += ["--exclude-resource-type", "seed"]


def build(home: Home, full: bool = False, as_of: dict[str, date] | None = None) -> dict:
    """All marts from all batches, row by row only what changed since the last build where that one
    can be gone on from. Until it ends well there is no build to check or publish.
    """
    started = time.monotonic()
    counted = batches(home)
    if not counted:
        raise CrwError("nothing to build: no batch is loaded", "load files first: crw load --help")
    _ask_for_room(home)
    reason = "as asked" if full else _why_in_full(home, counted)
    if reason:
        err.print(f"build: from the beginning, {reason}")
    earlier = (read_json(home.build_state) or {}).get("batches", [])
    for state in (home.build_state, home.check_state):
        state.unlink(missing_ok=True)
    if reason:  # no table of a model that is gone, no rows of a batch that is
        for database in (home.warehouse, home.staging):
            database.unlink(missing_ok=True)
            database.with_name(database.name + ".wal").unlink(missing_ok=True)
    mark = fingerprint(home, as_of, models=False)
    counted = placed(counted, [] if reason else earlier)
    write_inputs(home, as_of or {}, counted=counted)
    select = ["--exclude-resource-type", "unit_test", "--exclude", "tag:after_check+"]
    select += ["--full-refresh", "--no-partial-parse"] if full else []
    select += [] if reason else _STANDING
    select += ["--threads", "1"] if _raw_bytes(home) > _LARGE else []
    results = dbt(home, "build", *select, doing="building in full" if reason else "building")
    report(results, "build", time.monotonic() - started)
    return _scored(home, _state(home, mark, counted, results), as_of)


def _why_in_full(home: Home, counted: list[dict]) -> str | None:
    """Why the last build cannot be gone on from, if it cannot."""
    last = read_json(home.build_state)
    if last is None or not (home.staging.exists() and home.warehouse.exists()):
        return "there is no finished build"
    if last.get("rules") != _rules():
        return "contracts, models or versions changed"
    if {_name(batch) for batch in last["batches"]} - {_name(batch) for batch in counted}:
        return "batches are gone"
    if not all(_is_kept(home, batch) for batch in counted):
        return "the raw zone does not hold what was loaded"
    return None


def _is_kept(home: Home, batch: dict) -> bool:
    """Whether a batch's part holds as many records as were loaded, as the part itself says."""
    part = folder(home, batch, "part") / "part.parquet"
    try:
        held = pq.read_metadata(part).num_rows if part.exists() else 0
    except (OSError, ArrowInvalid):
        return False
    return held == batch["part_records"]


def _name(batch: dict) -> str:
    return f"{batch['source']}/{batch['entity']}/{batch['batch']}"


def _rules() -> str:
    """What decides, beside the raw zone, what a build makes."""
    return hashlib.sha256((project() + repr(versions())).encode()).hexdigest()


def _ask_for_room(home: Home) -> None:
    """Before the last build is thrown away for one that the disk cannot hold."""
    needed = _AT_LEAST + _WRITTEN * _raw_bytes(home)
    old = sum(path.stat().st_size for path in home.build.glob("*.duckdb"))
    free = shutil.disk_usage(home.build).free + old
    if free < needed:
        raise CrwError(
            f"the build needs about {needed / 1e9:,.1f} GB at {home.build},"
            f" and {free / 1e9:,.1f} GB can be had there",
            "free some space, or crw purge",
        )


def _raw_bytes(home: Home) -> int:
    return sum(part.stat().st_size for part in home.raw.glob("*/*/part/*/*.parquet"))


def scored(home: Home, as_of: dict[str, date] | None = None) -> dict:
    """What the promoted models say of the last build, after one was trained on it."""
    state = built(home)
    home.build_state.unlink()
    return _scored(home, state, as_of)


def _scored(home: Home, state: dict, as_of: dict[str, date] | None) -> dict:
    """A build has ended once its scores are in the marts that show them."""
    if _cards(home):
        from crw.learn.score import score  # alone seconds, which most homes need not spend

        started = time.monotonic()
        score(home)
        select = ("--select", "tag:after_score", "--exclude", "resource_type:unit_test")
        results = dbt(home, "build", *select, doing="showing the scores")
        report(results, "scores", time.monotonic() - started)
        tests = {test["name"]: test for test in state["tests"]}
        tests |= {result.name: asdict(result) for result in results if result.kind == "test"}
        state |= {"tests": list(tests.values())}
    state["fingerprint"] = fingerprint(home, as_of)
    write_json(home.build_state, state)
    return state


def _state(home: Home, mark: str, counted: list[dict], results: list[Result]) -> dict:
    return {
        "data": mark,
        "rules": _rules(),
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "batches": counted,
        "as_of": _as_of(home),
        "versions": versions(),
        "tests": [asdict(result) for result in results if result.kind == "test"],
    }


def fingerprint(home: Home, as_of: dict[str, date] | None = None, models: bool = True) -> str:
    """The same fingerprint, the same marts: batches in order, days given, project, versions; and
    the learned models, unless it is asked of what those only score."""
    digest = hashlib.sha256()
    # Order decides between redeliveries, which are of one entity: others may come in any order.
    keys = ("source", "entity", "sequence")
    for batch in sorted(batches(home), key=lambda b: tuple(b[k] for k in keys)):
        digest.update(f"{_name(batch)} replaced by {batch['replaced_by']}\n".encode())
    for source, day in sorted((as_of or {}).items()):
        digest.update(f"{source} as of {day}\n".encode())
    if models:
        for card in _cards(home):
            digest.update(f"{card.parent.name} of {card.parent.parent.name}\n".encode())
        for told in sorted((home.root / "models").glob("*/promoted.json")):
            digest.update(
                f"{told.parent.name} scored by {read_json(told)['order'][-1:]}\n".encode()
            )
    digest.update(_rules().encode())
    return digest.hexdigest()


def _cards(home: Home) -> list[Path]:
    """Of the learned models, one each."""
    return sorted((home.root / "models").glob("*/*/card.json"))


def versions() -> dict[str, str]:
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations")
    return {"crw": __version__} | {name: version(name) for name in packages}


def report(results: list[Result], verb: str, seconds: float) -> None:
    """One screen on what dbt did; raise where a model or a test failed."""
    failed = [result for result in results if result.failed]
    warned = [result for result in results if result.status == "warn"]
    for result in (failed + warned)[:_SHOWN]:
        colour, word = ("red", "failed") if result.failed else ("yellow", "warning")
        records = "" if result.records is None else f" {result.records:,} records."
        said = f"{records} {result.meaning or result.message}"
        err.print(f"[{colour}]{word}[/] [bold]{result.name}[/]:{escape(said)}", soft_wrap=True)
    if len(failed + warned) > _SHOWN:
        err.print(f"and {len(failed + warned) - _SHOWN} more, in logs/dbt.log of the home folder")
    counts = {kind: sum(r.kind == kind for r in results) for kind in ("seed", "model", "test")}
    told = ", ".join(f"{count} {kind}s" for kind, count in counts.items() if count)
    skipped = sum(result.status == "skipped" for result in results)
    err.print(
        f"{verb}: {told}; {len(failed)} failed, {len(warned)} warned, {skipped} skipped; "
        f"{seconds:.0f} s"
    )
    broken = [result for result in failed if result.status != "fail"]
    if broken:
        raise CrwError(
            f"{verb}: {broken[0].name} could not be run",
            "this is a fault of a model, not of the data; logs/dbt.log in the home folder has more",
        )
    if failed:
        raise CheckFailed(
            f"{verb}: {len(failed)} tests failed; nothing is published from this build",
            "mend the data and load it again; readers stay on the current release",
        )


def _as_of(home: Home) -> dict[str, str]:
    with duckdb.connect(home.staging, read_only=True) as staging:
        rows = staging.sql("select source_system, as_of from int_source_as_of").fetchall()
    return {source: str(day) for source, day in rows}


def built(home: Home) -> dict:
    """The state of the last build that ended well."""
    state = read_json(home.build_state)
    if state is None:
        raise CrwError("there is no finished build", "crw build (or crw run) makes one")
    return state
