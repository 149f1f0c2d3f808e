"""Build: dbt turns the raw zone into marts, in two database files of the home folder."""

import hashlib
import time
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import version

import duckdb
from rich.markup import escape

from crw import __version__
from crw.console import err, table
from crw.dbt import Result, dbt
from crw.errors import CheckFailed, CrwError
from crw.home import PROJECT, Home, read_json, write_json
from crw.load import batches, write_inputs

# What decides, beside the raw zone, what a build makes.
_SOURCES = ("models", "seeds", "macros", "tests/data", "expectations")
_SETTINGS = ("dbt_project.yml", "profiles.yml")


def build(home: Home, full: bool = False, as_of: dict[str, date] | None = None) -> dict:
    """All marts anew from all batches. Until it ends well there is no build to check or publish."""
    started = time.monotonic()
    counted = batches(home)
    if not counted:
        raise CrwError("nothing to build: no batch is loaded", "load files first: crw load --help")
    for state in (home.build_state, home.check_state):
        state.unlink(missing_ok=True)
    # Fresh files: no table of a model that is gone, no free pages to copy into every release.
    for database in (home.warehouse, home.staging):
        database.unlink(missing_ok=True)
        database.with_name(database.name + ".wal").unlink(missing_ok=True)
    mark = fingerprint(home, as_of)
    write_inputs(home, as_of or {})
    select = ["--exclude", "resource_type:unit_test", "tag:after_check"]
    if full:
        select += ["--full-refresh", "--no-partial-parse"]
    results = dbt(home, "build", *select, doing="building")
    report(results, "build", time.monotonic() - started)
    state = {
        "fingerprint": mark,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "batches": counted,
        "as_of": _as_of(home),
        "versions": versions(),
        "tests": [asdict(result) for result in results if result.kind == "test"],
    }
    write_json(home.build_state, state)
    return state


def fingerprint(home: Home, as_of: dict[str, date] | None = None) -> str:
    """The same fingerprint, the same marts: batches in order, days given, models, versions."""
    digest = hashlib.sha256()
    # Order decides between redeliveries, which are of one entity: others may come in any order.
    keys = ("source", "entity", "sequence")
    for batch in sorted(batches(home), key=lambda b: tuple(b[k] for k in keys)):
        digest.update(f"{batch['source']}/{batch['entity']}/{batch['batch']}\n".encode())
    for source, day in sorted((as_of or {}).items()):
        digest.update(f"{source} as of {day}\n".encode())
    files = [PROJECT / name for name in _SETTINGS]
    for folder in _SOURCES:
        files += (p for p in sorted((PROJECT / folder).rglob("*")) if p.is_file())
    for path in files:
        digest.update(f"{path.relative_to(PROJECT)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(repr(versions()).encode())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations")
    return {"crw": __version__} | {name: version(name) for name in packages}


def report(results: list[Result], verb: str, seconds: float) -> None:
    """One screen on what dbt did; raise where a model or a test failed."""
    failed = [result for result in results if result.failed]
    warned = [result for result in results if result.status == "warn"]
    if failed or warned:
        rows = (
            (
                r.status,
                r.name,
                "" if r.records is None else r.records,
                escape(r.meaning or r.message),
            )
            for r in failed + warned
        )
        err.print(table("", ("", "what", "records", "what it means"), rows))
    counts = {kind: sum(r.kind == kind for r in results) for kind in ("seed", "model", "test")}
    skipped = sum(r.status == "skipped" for r in results)
    told = ", ".join(f"{count} {kind}s" for kind, count in counts.items() if count)
    err.print(
        f"{verb}: {told}; {len(failed)} failed, {len(warned)} warned, {skipped} skipped; "
        f"{seconds:.0f} s"
    )
    broken = [r for r in failed if r.kind != "test" or r.status != "fail"]
    if broken:
        raise CrwError(
            f"{verb}: {broken[0].name} could not be run: {broken[0].message}",
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
