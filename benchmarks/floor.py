"""What the same SQL costs without dbt, and what the disk alone costs, beside a finished build.

`python benchmarks/floor.py --home HOME`: a home just built in full. Its compiled SQL runs straight
on DuckDB, model after model, with the settings of the build; then every raw record is read once and
every mart written once, which no engine can do without.
"""

import argparse
import json
import sys
import tempfile
import time
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import yaml

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from crw.home import MEMORY, Home  # noqa: E402


def compiled(home: Home) -> list[tuple[str, str, str]]:
    """Relation, kind and SQL of every model of the build, each after what it is made of."""
    folder = home.build / "dbt"
    manifest = json.loads((folder / "manifest.json").read_text())
    models = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and "after_check" not in node["tags"]
    }
    needs = {name: set(models) & set(node["depends_on"]["nodes"]) for name, node in models.items()}
    found = []
    for name in TopologicalSorter(needs).static_order():
        node = models[name]
        file = folder / "compiled" / node["package_name"] / node["original_file_path"]
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        found.append((node["relation_name"], kind, file.read_text()))
    return found


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """Empty databases under the names the compiled SQL knows, set as profiles.yml sets them."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    told = profile["customs_risk_warehouse"]["outputs"]["duckdb"]
    config = {"threads": told["threads"], "memory_limit": MEMORY}
    db = duckdb.connect(folder / "warehouse.duckdb", config=config)
    for name in ("TimeZone", "preserve_insertion_order"):
        db.execute(f"set {name} = '{told['settings'][name]}'")
    db.execute(f"attach '{folder / 'staging.duckdb'}' as staging")
    return db


def straight(home: Home, folder: Path) -> float:
    """Seconds of the compiled SQL alone; seeds are copied before the clock starts."""
    db = opened(folder)
    db.execute(f"attach '{home.staging}' as built (read_only)")
    models = compiled(home)
    made = {relation for relation, *_ in models}
    tables = "select table_name from duckdb_tables() where database_name = 'built'"
    for (name,) in db.execute(tables).fetchall():
        seed = f'"staging"."main"."{name}"'
        if seed not in made:
            db.execute(f'create table {seed} as from built.main."{name}"')
    started = time.monotonic()
    for relation, kind, sql in models:
        db.execute(f"create {kind} {relation} as {sql}")
    db.execute("checkpoint")
    return time.monotonic() - started


def pass_over(home: Home, folder: Path) -> tuple[float, float]:
    """Seconds of reading every value of the raw zone once, and of writing every mart once."""
    started = time.monotonic()
    with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as db:
        for entity in sorted(home.raw.glob("*/*/part")):
            raw = f"read_parquet('{entity}/*/*.parquet', union_by_name=true)"
            db.execute(f"select bit_xor(hash(raw)) from {raw} as raw").fetchall()
    read = time.monotonic() - started
    started = time.monotonic()
    with duckdb.connect(folder / "floor.duckdb", config={"threads": 2}) as db:
        db.execute(f"attach '{home.warehouse}' as built (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = 'built'"
        for (mart,) in db.execute(tables).fetchall():
            db.execute(f'create table "{mart}" as from built.main."{mart}"')
        db.execute("checkpoint")
    return read, time.monotonic() - started


def measure(home: Home) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="floor_", dir=home.root) as folder:
        sql = straight(home, Path(folder))
        read, written = pass_over(home, Path(folder))
    return {"compiled_sql_s": sql, "raw_read_s": read, "marts_written_s": written}


def show(home: Home, build_s: float | None = None) -> dict[str, float]:
    found = measure(home)
    print(f"\ncompiled SQL straight on DuckDB {found['compiled_sql_s']:>8.1f} s")
    if build_s:
        over = 100 * (build_s / found["compiled_sql_s"] - 1)
        print(f"the build, with its tests, took {over:>8.0f} % more")
    print(f"one pass over the raw zone      {found['raw_read_s']:>8.1f} s")
    print(f"one write of the marts          {found['marts_written_s']:>8.1f} s")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="a home just built in full")
    show(Home(parser.parse_args().home.resolve()))


if __name__ == "__main__":
    main()
