"""What the checks say of a delivery, without the minute that `crw build` takes.

The models that the checks look at are run as dbt compiled them for another home: dbt itself, its
tests and all other marts are left out.
"""

import re
from pathlib import Path

import duckdb

from crw import check
from crw.home import PROJECT, Home, read_json
from crw.raw import batches, write_inputs


def judge(home: Home, pattern: Home) -> list[check.Outcome]:
    """What every expectation says of the batches of a home; `pattern` is one that is built."""
    build(home, pattern)
    return check.judge(home, {"fingerprint": "", "batches": batches(home), "tests": []})


def failing(outcomes: list[check.Outcome]) -> dict[str, str]:
    """What failed or could not be looked at, and what was seen."""
    bad = (outcome for outcome in outcomes if outcome.status in ("fail", "error"))
    return {outcome.check_name: outcome.observed for outcome in bad}


def build(home: Home, pattern: Home) -> None:
    write_inputs(home, {})
    nodes = read_json(pattern.build / "dbt" / "manifest.json")["nodes"]
    seeds, models = wanted(nodes)
    for database in (home.warehouse, home.staging):
        database.unlink(missing_ok=True)
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute("set timezone = 'UTC'; set threads = 2")
        warehouse.execute(f"attach '{home.staging}' as staging")
        warehouse.execute(f"attach '{pattern.staging}' as pattern (read_only)")
        for seed in seeds:
            table = seed["relation_name"]
            warehouse.execute(f"create table {table} as from pattern.main.{seed['name']}")
        for model in models:
            sql = compiled(model, pattern)
            assert "read_parquet" not in sql or str(pattern.root) in sql, "compiled elsewhere"
            sql = sql.replace(str(pattern.root), str(home.root))
            kind = "view" if model["config"]["materialized"] == "view" else "table"
            warehouse.execute(f"create {kind} {model['relation_name']} as {sql}")


def wanted(nodes: dict[str, dict]) -> tuple[list[dict], list[dict]]:
    """Seeds and models that the files of expectations/ name, and those they stand on, in order."""
    said = " ".join(path.read_text() for path in (PROJECT / "expectations").iterdir())
    words = set(re.findall(r"\w+", said))
    found: dict[str, dict] = {}

    def take(name: str) -> None:
        if name in nodes and name not in found:
            for needed in nodes[name]["depends_on"].get("nodes", ()):
                take(needed)
            found[name] = nodes[name]

    for name, node in nodes.items():
        of_checks = "after_check" in node["tags"]
        if node["resource_type"] in ("seed", "model") and node["name"] in words and not of_checks:
            take(name)
    of_kind = {"seed": [], "model": []}
    for node in found.values():
        of_kind[node["resource_type"]].append(node)
    return of_kind["seed"], of_kind["model"]


def compiled(model: dict, pattern: Home) -> str:
    folder = pattern.build / "dbt" / "compiled" / model["package_name"]
    return (folder / Path(model["original_file_path"])).read_text()
