"""Whether both engines made the same marts: each row of one is looked for in the other, both ways.

Floating numbers are compared to `DIGITS` significant digits: sums of fractions differ in their last
ones with the order of records. All else must be equal, and so must names and types of columns.
"""

import json
from dataclasses import dataclass

import duckdb

from crw.build import built
from crw.console import err, table
from crw.errors import CheckFailed, CrwError
from crw.home import Home, read_json

DIGITS = 9
_SHOWN = 20
_FLOATING = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Mart:
    name: str
    key: list[str]


@dataclass(frozen=True)
class Difference:
    mart: str
    column: str
    rows: int
    example: str


def parity(home: Home) -> None:
    """Compare every mart of the last builds of both engines; raise where they differ."""
    _ask_for_the_same_data(home)
    marts = _marts(home)
    differences: list[Difference] = []
    rows = 0
    with duckdb.connect() as engine:
        engine.execute("set timezone = 'UTC'")
        engine.execute(f"attach '{home.warehouse}' as warehouse (read_only)")
        waiting = [mart.name for mart in marts if not _is_built(engine, mart.name)]
        for mart in (mart for mart in marts if mart.name not in waiting):
            rows += engine.sql(f"select count(*) from warehouse.main.{mart.name}").fetchone()[0]
            differences += compared(engine, home, mart)
    _tell(differences)
    if waiting:
        err.print(f"not compared, because DuckDB makes them after the checks: {', '.join(waiting)}")
    err.print(
        f"parity: {len(marts) - len(waiting)} marts, {rows:,} rows,"
        f" {len({one.mart for one in differences})} marts differ"
    )
    if differences:
        raise CheckFailed("the engines do not agree", "the marts and columns are named above")


def _ask_for_the_same_data(home: Home) -> None:
    spark = read_json(home.spark_state)
    if spark is None:
        raise CrwError("there is no finished build on Spark", "crw build --target spark makes one")
    if spark["data"] != built(home)["data"]:
        raise CrwError(
            "the last builds of the two engines are not of the same data, models and versions",
            "build both again: crw build, crw build --target spark",
        )


def _marts(home: Home) -> list[Mart]:
    """All marts of the project, each with its key, as the test on it says."""
    nodes = json.loads((home.build / "dbt_spark" / "manifest.json").read_text())["nodes"]
    keys = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in nodes.values()
        if (node.get("test_metadata") or {}).get("name") == "is_key"
    }
    return [
        Mart(node["name"], keys[name])
        for name, node in sorted(nodes.items())
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    ]


def _is_built(engine: duckdb.DuckDBPyConnection, name: str) -> bool:
    sql = "from duckdb_tables() where database_name = 'warehouse' and table_name = ?"
    return bool(engine.execute(sql, [name]).fetchall())


def compared(
    engine: duckdb.DuckDBPyConnection, home: Home, mart: Mart, types: bool = True
) -> list[Difference]:
    sides = {
        "ours": f"warehouse.main.{mart.name}",
        "theirs": f"read_parquet('{home.spark}/{mart.name}/*.parquet', hive_partitioning = false)",
    }
    ours, theirs = (_types(engine, side) for side in sides.values())
    if types and ours != theirs:
        names = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
        return [
            Difference(mart.name, name, 0, f"is {ours.get(name)} and {theirs.get(name)}")
            for name in names
        ]
    told = ", ".join(_told(name, kind) for name, kind in ours.items())
    for name, side in sides.items():
        engine.execute(f"create or replace temp table {name} as select {told} from {side}")
    one_way = engine.sql("select count(*) from (from ours except all from theirs)").fetchone()[0]
    other_way = engine.sql("select count(*) from (from theirs except all from ours)").fetchone()[0]
    return _named(engine, mart, list(ours)) if one_way or other_way else []


def _types(engine: duckdb.DuckDBPyConnection, side: str) -> dict[str, str]:
    sql = f"select column_name, column_type from (describe from {side})"
    return dict(engine.sql(sql).fetchall())


def _told(name: str, kind: str) -> str:
    """A column as it is compared. Adding 0 makes a negative zero one like others."""
    if kind in _FLOATING:
        return f"format('{{:.{DIGITS - 1}e}}', {name} + 0.0) as {name}"
    return name


def _named(engine: duckdb.DuckDBPyConnection, mart: Mart, columns: list[str]) -> list[Difference]:
    """Which keys one side alone has, and which columns of rows with the same key differ."""
    same = " and ".join(f"ours.{name} is not distinct from theirs.{name}" for name in mart.key)
    found = []
    for place, one, other in (("DuckDB", "ours", "theirs"), ("Spark", "theirs", "ours")):
        rows = f"from {one} where not exists (select 1 from {other} where {same})"
        found.append(_counted(engine, mart, f"(row on {place} only)", rows, _shown(one, mart.key)))
    for name in columns:
        other = f"ours.{name} is distinct from theirs.{name}"
        rows = f"from ours inner join theirs on {same} where {other}"
        example = _shown("ours", [*mart.key, name]) + f" || ' and ' || {_text(f'theirs.{name}')}"
        found.append(_counted(engine, mart, name, rows, example))
    found = [one for one in found if one.rows]
    return found or [Difference(mart.name, "(rows of one key)", 1, "")]


def _counted(
    engine: duckdb.DuckDBPyConnection, mart: Mart, column: str, rows: str, example: str
) -> Difference:
    count, shown = engine.sql(f"select count(*), min({example}) {rows}").fetchone()
    return Difference(mart.name, column, count, shown or "")


def _shown(side: str, columns: list[str]) -> str:
    return " || ', ' || ".join(_text(f"{side}.{name}") for name in columns)


def _text(column: str) -> str:
    return f"coalesce(cast({column} as varchar), 'null')"


def _tell(differences: list[Difference]) -> None:
    rows = [(one.mart, one.column, one.rows, one.example) for one in differences]
    if rows:
        err.print(table("Differences", ("mart", "column", "rows", "for instance"), rows[:_SHOWN]))
    if len(rows) > _SHOWN:
        err.print(f"and {len(rows) - _SHOWN} more")
