"""Models without dbt: the SQL that it compiled for one home, run straight on another.

For dbt a small build is a minute, of which its SQL is a tenth. What `crw build` does beside it, to
go on from the last build and to test what it made, is for the tests that run it.
"""

import re
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

import duckdb

from crw import check
from crw.home import PROJECT, Home, read_json
from crw.raw import batches, write_inputs


def before_the_checks(node: dict) -> bool:
    """What `crw build` makes: all but what tells of the checks."""
    return "after_check" not in node["tags"]


def build(
    home: Home,
    pattern: Home,
    wanted: Callable[[dict], bool] = before_the_checks,
    as_of: dict[str, date] | None = None,
) -> None:
    """The models wanted and those they stand on, all from nothing; `pattern` is a home that was
    built in full."""
    write_inputs(home, as_of or {})
    nodes = read_json(pattern.build / "dbt" / "manifest.json")["nodes"]
    for database in (home.warehouse, home.staging):
        database.unlink(missing_ok=True)
        database.with_name(database.name + ".wal").unlink(missing_ok=True)
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute("set timezone = 'UTC'; set threads = 2")
        warehouse.execute(f"attach '{home.staging}' as staging")
        warehouse.execute(f"attach '{pattern.staging}' as pattern (read_only)")
        for node in in_order(nodes, wanted):
            if node["resource_type"] == "seed":
                sql, kind = f"from pattern.main.{node['name']}", "table"
            else:
                sql = compiled(node, home, pattern)
                kind = "view" if node["config"]["materialized"] == "view" else "table"
            warehouse.execute(f"create {kind} {node['relation_name']} as {sql}")


def make_again(home: Home, pattern: Home, name: str) -> None:
    """One table of a home that has it, from what it stands on now."""
    node = named(pattern, "model", name)
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        warehouse.execute(f"attach '{home.staging}' as staging (read_only)")
        sql = compiled(node, home, pattern)
        warehouse.execute(f"create or replace table {node['relation_name']} as {sql}")


def failures(home: Home, pattern: Home, name: str) -> int:
    """How many rows a data test returns."""
    node = named(pattern, "test", name)
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute(f"attach '{home.staging}' as staging (read_only)")
        sql = compiled(node, home, pattern)
        return warehouse.execute(f"select count(*) from ({sql})").fetchone()[0]


def named(pattern: Home, kind: str, name: str) -> dict:
    nodes = read_json(pattern.build / "dbt" / "manifest.json")["nodes"].values()
    (found,) = (n for n in nodes if n["name"] == name and n["resource_type"] == kind)
    return found


def in_order(nodes: dict[str, dict], wanted: Callable[[dict], bool]) -> list[dict]:
    """The seeds and models wanted, each after those that it stands on."""
    found: dict[str, dict] = {}

    def take(name: str) -> None:
        if name in nodes and name not in found:
            for needed in nodes[name]["depends_on"].get("nodes", ()):
                take(needed)
            found[name] = nodes[name]

    for name, node in nodes.items():
        if node["resource_type"] in ("seed", "model") and wanted(node):
            take(name)
    return list(found.values())


def compiled(node: dict, home: Home, pattern: Home) -> str:
    folder = pattern.build / "dbt" / "compiled" / node["package_name"]
    sql = (folder / Path(node["original_file_path"])).read_text()
    assert "read_parquet" not in sql or str(pattern.root) in sql, "compiled elsewhere"
    return sql.replace(str(pattern.root), str(home.root))


def differences(kept: Path, anew: Path, wanted: Collection[str] = ()) -> list[str]:
    """Tables of one database, all of them unless some are wanted, that do not have the same rows in
    another."""
    with duckdb.connect() as db:
        for name, path in (("kept", kept), ("anew", anew)):
            db.execute(f"attach '{path}' as {name} (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = 'anew' order by all"
        found = []
        for (mart,) in db.execute(tables).fetchall():
            if wanted and mart not in wanted:
                continue
            for here, there in (("kept", "anew"), ("anew", "kept")):
                rows = f'select * from {here}."{mart}" except all select * from {there}."{mart}"'
                (count,) = db.execute(f"select count(*) from ({rows})").fetchone()
                found += [f"{mart}: {count} rows only in {here}"] if count else []
    return found


def of_what_was_declared(differing: list[str]) -> list[str]:
    """Without the marts of quality, which name files and when they came."""
    return [told for told in differing if not told.startswith("quality_")]


# Checks -----------------------------------------------------------------------------------------


def judge(home: Home, pattern: Home) -> list[check.Outcome]:
    """What every expectation says of the batches of a home, of which only what they look at is
    built."""
    said = " ".join(path.read_text() for path in (PROJECT / "expectations").iterdir())
    words = set(re.findall(r"\w+", said))
    build(home, pattern, lambda node: node["name"] in words and before_the_checks(node))
    return check.judge(home, {"fingerprint": "", "batches": batches(home), "tests": []})


def failing(outcomes: list[check.Outcome]) -> dict[str, str]:
    """What failed or could not be looked at, and what was seen."""
    bad = (outcome for outcome in outcomes if outcome.status in ("fail", "error"))
    return {outcome.check_name: outcome.observed for outcome in bad}
