"""dbt on Spark, as a child process in an environment of its own (`make spark`).

Models are written once, for DuckDB. What they say is put into Spark's dialect here, statement by
statement, by sqlglot; where the engines mean different things, macros/ has words for each. Why so:
docs/decisions/0012-spark-dialect.md.
"""

import logging
import os
import re
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import sqlglot
import yaml
from pyspark.sql import SparkSession
from sqlglot import exp

PROJECT = Path(__file__).resolve().parent.parent
_MARK = "/* written for duckdb */"  # what follows is translated; macros/engines/spark.sql sets it
_SMALL = 20_000_000  # bytes of raw zone up to which planning and compiling cost more than they save
_RECORD = {"_batch": "varchar", "_record": "bigint", "_line": "bigint"}
_MANY = 60  # readings of tables in one statement, from which on CTEs are kept
_PLACE = re.compile(r"read_parquet\('(.+?\.parquet)'")


def session(home: Path) -> SparkSession:
    """One session for all models: in memory but for the tables, and open to nobody else."""
    master = os.environ.get("CRW_SPARK_MASTER", "local[2]")
    settings = _settings(home) | {"spark.master": master}
    if master.startswith("local"):
        settings |= _for_one_machine()
    if _is_small(home):
        settings |= _for_small_data()
    spark = SparkSession.builder.config(map=settings).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _settings(home: Path) -> dict[str, str]:
    return {
        "spark.app.name": "crw",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.scheduler.mode": "FAIR",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(home / "build/spark/_sources"),
        # As in DuckDB: a timestamp is what the clock of UTC showed, a failing cast is an error.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.parquet.compression.codec": "zstd",
        # What is small in a file is ten times that in memory, where it would be sent to all.
        "spark.sql.sources.fileCompressionFactor": "10",
        # Where the smaller side of a join turns out to fit in memory, nothing is sorted for it.
        "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": "32m",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }


def _for_one_machine() -> dict[str, str]:
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": os.environ.get("CRW_SPARK_MEMORY", "3g"),
        "spark.sql.shuffle.partitions": "8",
    }


def _for_small_data() -> dict[str, str]:
    return {
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }


def _is_small(home: Path) -> bool:
    return sum(path.stat().st_size for path in home.glob("raw/*/*/part/*/*.parquet")) < _SMALL


def make_sources(spark: SparkSession, home: Path) -> None:
    """A table over the Parquet files of each entity, where the sources YAML says they are."""
    for path in sorted(PROJECT.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            spark.sql(f"create schema {source['name']}")
            for table in source["tables"]:
                files = _files(source, table).replace("{{ env_var('CRW_HOME') }}", str(home))
                spark.sql(
                    f"create table {source['name']}.{table['name']} ({_columns(source, table)})"
                    f" using parquet options (path '{files}')"
                )


def _files(source: dict, table: dict) -> str:
    told = _location(table) or _location(source)
    return _PLACE.search(told)[1].replace("{name}", table["name"])


def _location(described: dict) -> str:
    return described.get("config", {}).get("meta", {}).get("external_location", "")


def _columns(source: dict, table: dict) -> str:
    """Received files hold text: the types of their contract are what staging makes of it."""
    types = {column["name"]: column["data_type"] for column in table["columns"]}
    if _location(source):
        types = dict.fromkeys(types, "varchar") | _RECORD
    return ", ".join(
        f"`{name}` {exp.DataType.build(kind, dialect='duckdb').sql(dialect='spark')}"
        for name, kind in types.items()
    )


# The dialect ------------------------------------------------------------------------------------


def _mend(tree: exp.Expression) -> None:
    """What sqlglot leaves as it is, though Spark takes it otherwise."""
    for kind in tree.find_all(exp.DataType):
        if kind.is_type("timestamptz"):  # with our settings Spark's bare TIMESTAMP has no zone
            kind.set("this", exp.DataType.Type.TIMESTAMPLTZ)
    for node in list(tree.find_all(exp.Div, exp.Avg, exp.AnyValue, exp.Round)):
        if isinstance(node, exp.Div):  # always of floating numbers, never of decimals
            node.set("this", exp.cast(node.this, "double"))
            node.set("expression", exp.cast(node.expression, "double"))
        elif isinstance(node, exp.Avg):
            node.set("this", exp.cast(node.this, "double"))
        elif isinstance(node, exp.AnyValue):  # one that is not null, if there is one
            whole = node.parent if isinstance(node.parent, exp.IgnoreNulls) else node
            whole.replace(exp.Anonymous(this="any_value", expressions=[node.this, exp.true()]))
        elif (digits := node.args.get("decimals")) and int(digits.name):
            # by way of a multiple, as DuckDB does, and not of the digits a number is shown with
            scale = exp.Literal.number(10 ** int(digits.name))
            scaled = exp.Mul(this=exp.paren(node.this, copy=False), expression=scale)
            rounded = exp.Div(this=exp.Round(this=scaled), expression=scale.copy())
            node.replace(exp.paren(rounded, copy=False))


def translated(sql: str, columns_of: Callable[[str], list[str]], keep: Callable[[str], str]) -> str:
    """A statement as Spark takes it, where its part after the mark is written for DuckDB."""
    head, mark, body = sql.partition(_MARK)
    if not mark:
        return sql
    tree = sqlglot.parse_one(body, read="duckdb")
    _mend(tree)
    while unions := [union for union in tree.find_all(exp.Union) if union.args.get("by_name")]:
        union = _innermost(unions)
        tree = _replaced(tree, union, _by_place(union, columns_of))
    for ctes in list(tree.find_all(exp.With)):
        _keep(ctes, keep)
    return head + tree.sql(dialect="spark", comments=False)


def _keep(ctes: exp.With, keep: Callable[[str], str]) -> None:
    """Spark computes a CTE anew for each of its readers, and so what it reads: steps that each read
    the one before twice multiply. Where they do, what is read twice is computed once, before.
    """
    query, readings = ctes.parent, {}
    for cte in ctes.expressions:
        read = (readings.get(table.name, 0) for table in cte.this.find_all(exp.Table))
        readings[cte.alias] = 1 + sum(read)
    if sum(readings.values()) < _MANY:
        return
    for cte in list(ctes.expressions):
        readers = [one for one in query.find_all(exp.Table) if not one.db and one.name == cte.alias]
        if len(readers) > 1:
            whole = exp.select("*").from_(cte.alias)
            for earlier in ctes.expressions[: cte.index + 1]:
                whole = whole.with_(earlier.alias, earlier.this.copy(), copy=False)
            kept = keep(whole.sql(dialect="spark", comments=False))
            for reader in readers:
                reader.replace(exp.to_table(kept).as_(reader.alias or reader.name))
            cte.pop()
    if not ctes.expressions:
        ctes.pop()


def _replaced(tree: exp.Expression, old: exp.Expression, new: exp.Expression) -> exp.Expression:
    if old is tree:
        return new
    old.replace(new)
    return tree


def _innermost(unions: list[exp.Union]) -> exp.Union:
    """One whose sides, and the CTEs they may read, are of no other union by name."""
    for union in unions:
        parts = [*_sides(union), *_ctes_before(union)]
        if not any(one.args.get("by_name") for part in parts for one in part.find_all(exp.Union)):
            return union
    raise AssertionError("a union by name that reads itself")


def _sides(query: exp.Expression) -> list[exp.Expression]:
    if isinstance(query, exp.Union) and query.args.get("by_name"):
        return [*_sides(query.this), *_sides(query.expression)]
    return [query]


def _ctes_before(node: exp.Expression) -> list[exp.CTE]:
    """The CTEs that a query may read."""
    found: list[exp.CTE] = []
    while node is not None:
        if isinstance(node, exp.CTE):
            siblings = node.parent.expressions
            place = next(n for n, one in enumerate(siblings) if one is node)
            found, node = siblings[:place] + found, node.parent.parent.parent
        else:
            found, node = [*node.ctes, *found] if hasattr(node, "ctes") else found, node.parent
    return found


def _by_place(union: exp.Union, columns_of: Callable[[str], list[str]]) -> exp.Expression:
    """Spark has no union by name: so each side names all columns in one order."""
    sides, ctes = _sides(union), _ctes_before(union)
    found = []
    for side in sides:
        query = exp.select("*").from_(_aliased(side))
        for cte in ctes:
            query = query.with_(cte.alias, cte.this.copy(), copy=False)
        found.append(columns_of(query.sql(dialect="spark", comments=False)))
    names = list(dict.fromkeys(name for columns in found for name in columns))
    queries = [
        exp.select(*(_named(name, columns) for name in names)).from_(_aliased(side))
        for side, columns in zip(sides, found, strict=True)
    ]
    together = exp.union(*queries, distinct=False)
    if told := union.args.get("with_"):
        together.set("with_", told.copy())
    return together


def _aliased(query: exp.Expression) -> exp.Subquery:
    return exp.Subquery(this=query.copy(), alias="side")


def _named(name: str, columns: list[str]) -> exp.Expression:
    column = exp.column(name, quoted=True)
    return column if name in columns else exp.alias_(exp.null(), name, quoted=True)


# dbt --------------------------------------------------------------------------------------------


def _translate_for(spark: SparkSession) -> None:
    """Have dbt-spark say each statement in Spark's dialect, in this session."""
    from dbt.adapters.spark.session import Cursor
    from dbt_common.exceptions import DbtRuntimeError
    from pyspark.errors import PySparkException

    numbers = count()

    def execute(self: Cursor, sql: str, *parameters: object) -> None:
        kept: list[str] = []

        def keep(query: str) -> str:
            kept.append(f"kept_{next(numbers)}")
            spark.sql(query).localCheckpoint().createTempView(kept[-1])
            return kept[-1]

        sql = sql % parameters if parameters else sql
        try:
            self._df = spark.sql(translated(sql, lambda query: spark.sql(query).columns, keep))
        except (PySparkException, sqlglot.errors.SqlglotError) as problem:
            raise DbtRuntimeError(str(problem)) from problem
        finally:
            for name in kept:
                spark.catalog.dropTempView(name)

    Cursor.execute = execute
    # It repeats each error with the whole of Java's stack, which dbt tells better.
    logging.getLogger("SQLQueryContextLogger").disabled = True


def _die_with_parent() -> None:
    # The parent holds the other end of stdin; Java holds that of ours, and ends with us.
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    home = Path(os.environ["CRW_HOME"])
    spark = session(home)
    spark.sql(f"create schema main location '{home}/build/spark'")
    make_sources(spark, home)
    _translate_for(spark)
    from dbt.cli.main import cli

    cli()
