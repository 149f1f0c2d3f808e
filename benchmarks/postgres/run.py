"""Ten models, translated by hand, on PostgreSQL, beside their compiled SQL on DuckDB.

`make bench-postgres`, or `python benchmarks/postgres/run.py --home HOME`: a built home. Both get
the same inputs as tables, PostgreSQL with indexes and statistics; then every model is made anew,
turn by turn, and the results must be the same, row for row.
"""

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import facts  # noqa: E402
from cluster import SETTINGS, Cluster, cluster  # noqa: E402

DIGITS = 9  # that doubles are rounded to before they are compared
_OF_A_RUN = "_settled_in"  # names the run of dbt: no result, and PostgreSQL has no such run
_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}
_RELATION = re.compile(r'"(staging|warehouse)"\."main"\."(\w+)"')
_RAW = re.compile(r"read_parquet\('[^']*/raw/(\w+)/(\w+)/part/[^)]*\)")
_BATCHES = re.compile(r"read_parquet\('[^']*/build/inputs/batches\.parquet'\)")


@dataclass(frozen=True)
class Model:
    """One model as both engines are asked for it."""

    name: str
    postgres: str
    duckdb: str

    def inputs(self) -> set[tuple[str, str]]:
        return set(_RELATION.findall(self.duckdb))


def models(home: Path, only: list[str] | None = None) -> list[Model]:
    """The translations, all or some, with what dbt compiled for the last build."""
    compiled = {
        path.stem: path.read_text()
        for path in (home / "build" / "dbt" / "compiled").glob("*/models/**/*.sql")
        # Tests lie there as well, in folders named like the file they stand in.
        if path.parent.suffix != ".yml"
    }
    found = []
    for path in sorted(HERE.glob("*.sql")):
        if only and path.stem not in only:
            continue
        if path.stem not in compiled:
            sys.exit(f"{path.stem}: no build of {home} made it; run crw build")
        sql = compiled[path.stem]
        if f'"{path.stem}"' in sql:
            sys.exit(f"{path.stem}: the last build added to it; run crw build --full")
        found.append(Model(path.stem, path.read_text(), _of_home(sql, home)))
    return found


def _of_home(sql: str, home: Path) -> str:
    """Compiled SQL names the home as it lay when it was built."""
    sql = _RAW.sub(lambda raw: _parquet(home, raw[1], raw[2]), sql)
    return _BATCHES.sub(f"read_parquet('{home}/build/inputs/batches.parquet')", sql)


def _parquet(home: Path, source: str, entity: str) -> str:
    files = f"{home}/raw/{source}/{entity}/part/*/part.parquet"
    return f"read_parquet('{files}', union_by_name=true, hive_partitioning=false)"


def scratch(folder: Path, home: Path, wanted: list[Model]) -> duckdb.DuckDBPyConnection:
    """DuckDB with the inputs as tables: what is a view in the home is not worked out twice."""
    connection = duckdb.connect(str(folder / "scratch.duckdb"))
    connection.execute(
        f"set threads = 2; set memory_limit = '6GB'; set temp_directory = '{folder}/spill'; "
        "set timezone = 'UTC'; set preserve_insertion_order = false"
    )
    # Views of the home name its databases, so that those have their names while they are read.
    for database in ("staging", "warehouse"):
        file = home / "build" / f"{database}.duckdb"
        connection.execute(f"attach '{file}' as {database} (read_only)")
        connection.execute(f"attach '{folder}/{database}.duckdb' as copied_{database}")
    for database, name in sorted(set().union(*(model.inputs() for model in wanted))):
        connection.execute(f"create table copied_{database}.{name} as from {database}.main.{name}")
    for database in ("staging", "warehouse"):
        connection.execute(f"detach {database}; detach copied_{database}")
        connection.execute(f"attach '{folder}/{database}.duckdb' as {database} (read_only)")
    return connection


def load(
    server: Cluster,
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    wanted: list[Model],
    folder: Path,
) -> dict[str, float]:
    """The inputs as tables of PostgreSQL, indexed and analysed; seconds of each step."""
    tables = {
        name: f"from {database}.main.{name}"
        for model in wanted
        for database, name in model.inputs()
    }
    for model in wanted:
        for raw in _RAW.findall(model.duckdb):
            tables[f"raw_{raw[1]}"] = f"from {_parquet(home, *raw)}"
    tables["batches"] = f"from read_parquet('{home}/build/inputs/batches.parquet')"
    began = time.monotonic()
    for name, rows in tables.items():
        _copied(connection, f"{folder}/{name}.csv", rows)
    exported = time.monotonic()
    for name, rows in tables.items():
        file = folder / f"{name}.csv"
        columns = connection.execute(f"describe {rows}").fetchall()
        typed = ", ".join(f'"{column[0]}" {_type(column[1])}' for column in columns)
        server.psql(
            f"create unlogged table {name} ({typed});\n"
            f"\\copy {name} from '{file}' (format csv, header, null '\\N')"
        )
        file.unlink()
    copied = time.monotonic()
    server.psql((HERE / "load" / "functions.sql").read_text())
    for line in (HERE / "load" / "indexes.sql").read_text().splitlines():
        if (table := re.search(r" on (\w+) ", line)) and table[1] in tables:
            server.psql(line)
    server.psql("vacuum analyze;")
    ended = time.monotonic()
    return {
        "export": exported - began,
        "copy": copied - exported,
        "index and analyse": ended - copied,
    }


def _type(name: str) -> str:
    return _TYPES.get(name, name.lower().replace("decimal", "numeric"))


def _copied(connection: duckdb.DuckDBPyConnection, file: str, rows: str) -> None:
    connection.execute(f"copy ({rows}) to '{file}' (format csv, header, nullstr '\\N')")


def on_postgres(server: Cluster, model: Model) -> float:
    server.psql(f"create schema if not exists made; drop table if exists made.{model.name};")
    return server.seconds(f"create unlogged table made.{model.name} as\n{model.postgres};")


def on_duckdb(connection: duckdb.DuckDBPyConnection, model: Model) -> float:
    connection.execute(f"create schema if not exists made; drop table if exists made.{model.name}")
    began = time.monotonic()
    connection.execute(f"create table made.{model.name} as\n{model.duckdb}")
    return time.monotonic() - began


def compared(
    server: Cluster, connection: duckdb.DuckDBPyConnection, model: Model, folder: Path
) -> tuple[int, str]:
    """Rows of the model, and how the results differ, if they do."""
    file = folder / f"{model.name}.csv"
    server.psql(
        f"\\copy (select * from made.{model.name}) to '{file}' (format csv, header, null '\\N')"
    )
    types = {
        column: kind
        for column, kind, *_ in connection.execute(f"describe made.{model.name}").fetchall()
        if column != _OF_A_RUN
    }
    header = file.open().readline().strip().split(",")
    if sorted(header) != sorted(types):
        return 0, f"columns differ: {sorted(set(header) ^ set(types))}"
    told = ", ".join(f"'{name}': '{types[name]}'" for name in header)
    shown = ", ".join(
        f'round("{name}", {DIGITS}) as "{name}"' if kind == "DOUBLE" else f'"{name}"'
        for name, kind in types.items()
    )
    ours = f"select {shown} from made.{model.name}"
    theirs = (
        f"select {shown} from read_csv('{file}', header=true, nullstr='\\N', delim=',', "
        f"quote='\"', escape='\"', allow_quoted_nulls=false, columns={{{told}}})"
    )
    ask = "select count(*) from ({} except all {})"
    only = [
        connection.execute(ask.format(*pair)).fetchone()[0]
        for pair in ((ours, theirs), (theirs, ours))
    ]
    rows = connection.execute(f"select count(*) from made.{model.name}").fetchone()[0]
    file.unlink()
    if not any(only):
        return rows, ""
    return rows, f"{only[0]:,} rows of DuckDB alone, {only[1]:,} of PostgreSQL alone"


def measure(home: Path, turns: int, jit: bool, only: list[str] | None) -> dict:
    wanted, figures = models(home, only), []
    with cluster(jit) as server:
        # Beside the cluster, so that it goes with it after a kill too.
        folder = Path(server.socket) / "scratch"
        folder.mkdir()
        connection = scratch(folder, home, wanted)
        loaded = load(server, connection, home, wanted, folder)
        for model in wanted:
            print(f"{model.name} …", file=sys.stderr, flush=True)
            taken = [
                (on_postgres(server, model), on_duckdb(connection, model)) for _ in range(turns)
            ]
            rows, problem = compared(server, connection, model, folder)
            seconds = [median(side) for side in zip(*taken, strict=True)]
            figures.append(
                {
                    "model": model.name,
                    "rows": rows,
                    "postgres_s": seconds[0],
                    "duckdb_s": seconds[1],
                    "difference": problem,
                }
            )
        told = {"postgresql": server.version()}
        connection.close()
    return {
        "load_s": loaded,
        "models": figures,
        "postgresql": told | {"settings": SETTINGS | {"jit": "on" if jit else "off"}},
        "turns": turns,
        "rounded_to_digits": DIGITS,
    }


def show(found: dict) -> None:
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["load_s"].items())
    print(f"\nloading PostgreSQL {found['postgresql']['postgresql']}: {steps}; unlogged tables")
    print(f"median of {found['turns']}; doubles compared to {DIGITS} digits after the point\n")
    print(f"{'model':<36}{'rows':>10}{'PostgreSQL s':>14}{'DuckDB s':>10}{'ratio':>8}")
    for one in found["models"]:
        _line(one["model"], f"{one['rows']:,}", one["postgres_s"], one["duckdb_s"])
    sums = [sum(one[side] for one in found["models"]) for side in ("postgres_s", "duckdb_s")]
    _line("all", "", *sums)


def _line(name: str, rows: str, postgres: float, duck: float) -> None:
    print(f"{name:<36}{rows:>10}{postgres:>14.2f}{duck:>10.2f}{postgres / duck:>8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="a built home")
    parser.add_argument("--turns", type=int, default=3, help="times each model is made")
    parser.add_argument("--only", nargs="+", metavar="MODEL", help="some of the ten")
    parser.add_argument("--jit", choices=("on", "off"), default="off")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    given = parser.parse_args()
    home = given.home.resolve()
    head = facts.about(home)
    found = measure(home, given.turns, given.jit == "on", given.only)
    show(found)
    facts.write(given.json, head | found)
    different = [one for one in found["models"] if one["difference"]]
    for one in different:
        print(f"{one['model']}: {one['difference']}", file=sys.stderr)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
