"""A build that goes on from the last one gives the marts that a full one gives."""

import csv
import random
import re
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import straight
from test_run import split

from crw import build as building
from crw.build import build
from crw.home import PROJECT, Home, read_json, write_json
from crw.load import load
from crw.raw import batches

# Facts that are kept from build to build, each with a column that nothing else hangs on.
MARKED = {
    "fct_declarations": "office_name",
    "fct_declaration_items": "goods_description",
    "fct_selection_events": "reason_code",
    "fct_cargo_manifests": "waiver_reason",
    "risk_indicators": "reasons",
    "item_traits": "procedure_code",
}


class Stopped(Exception):
    """Nothing is built."""


def test_a_full_build_starts_from_nothing(home_copy: Home, monkeypatch):
    """Else dbt would go on from tables that it finds."""

    def dbt(home: Home, *arguments: str, doing: str) -> list:
        assert "--full-refresh" in arguments and "seed" not in arguments
        assert not home.warehouse.exists() and not home.staging.exists()
        raise Stopped

    monkeypatch.setattr(building, "dbt", dbt)
    with pytest.raises(Stopped):
        build(home_copy, full=True)


def test_a_large_home_makes_one_model_at_a_time(home_copy: Home, monkeypatch):
    """Else two large ones share the memory."""

    def dbt(home: Home, *arguments: str, doing: str) -> list:
        assert arguments[-2:] == ("--threads", "1")
        raise Stopped

    monkeypatch.setattr(building, "dbt", dbt)
    monkeypatch.setattr(building, "_LARGE", 0)
    with pytest.raises(Stopped):
        build(home_copy)


def test_a_night_on_top_of_dirty_deliveries(
    dirty_home, built_home: Home, demo_files: Path, tmp_path: Path
):
    """Declarations amended, withdrawn and no longer accepted, items taken away, inspections and
    seizures that turn out to be of another declaration, filings told again.
    """
    home = Home(shutil.copytree(dirty_home[0].root, tmp_path / "home", symlinks=True))
    (tmp_path / "night").mkdir()
    told_again(demo_files / "landing", tmp_path / "night")
    load(home, "cdps", sorted((tmp_path / "night").glob("*.csv")))
    before = rows(home, "int_declarations_accepted", home.staging)
    build(home)
    assert rows(home, "int_declarations_due", home.staging) >= 40
    assert rows(home, "int_filings_due", home.staging) == 20
    assert rows(home, "int_declarations_accepted", home.staging) < before
    assert rows(home, "int_mining_due where is_due", home.staging) == 0  # all is of this half year
    shutil.copy2(home.warehouse, tmp_path / "kept.duckdb")
    shutil.copy2(home.staging, tmp_path / "mined.duckdb")
    straight.build(home, built_home)  # what a full build runs
    assert not straight.differences(tmp_path / "kept.duckdb", home.warehouse)
    assert len(mined(built_home)) > 10
    assert not straight.differences(tmp_path / "mined.duckdb", home.staging, mined(built_home))


def mined(home: Home) -> list[str]:
    """The models of learning, which stand from month to month."""
    nodes = read_json(home.build / "dbt" / "manifest.json")["nodes"].values()
    return [node["name"] for node in nodes if node["config"]["materialized"] == "mined"]


def test_what_is_mined_comes_after_what_says_whether_it_is_due(built_home: Home):
    """The materialisation asks int_mining_due by name, so dbt does not know that it comes first."""
    manifest = read_json(built_home.build / "dbt" / "manifest.json")
    models = "model.customs_risk_warehouse."
    for name in mined(built_home):
        stands_on, seen = [models + name], set()
        while stands_on:
            parents = set(manifest["parent_map"].get(stands_on.pop(), ())) - seen
            seen |= parents
            stands_on += parents
        assert models + "int_mining_due" in seen, name


def told_again(landing: Path, night: Path) -> None:
    """Files of one night that say something new of old declarations, inspections and seizures."""
    declarations = records(landing / "declarations_202604.csv")[:20]
    named = [record["declaration_id"] for record in declarations]
    for number, record in enumerate(declarations):
        record["version"] = str(int(record["version"]) + 1)
        record["importer_id"] = "QM000000001"
        if number % 4 == 1:
            record |= {"status": "invalidated", "invalidated_at": "2026-06-30T10:00:00"}
        if number % 4 == 2:
            record |= {"status": "lodged", "accepted_at": "", "released_at": ""}
    write(night / "declarations_again.csv", declarations)
    items = [
        record | {"version": str(int(record["version"]) + 1)}
        for record in records(landing / "declaration_items_202604.csv")
        if record["declaration_id"] in named and record["item_number"] == "1"
    ]
    write(night / "declaration_items_again.csv", items)
    others = records(landing / "declarations_202605.csv")
    inspections = records(landing / "inspections_202604.csv")[:10]
    for record, other in zip(inspections, others, strict=False):
        record |= {"declaration_id": other["declaration_id"], "item_number": ""}
    write(night / "inspections_again.csv", inspections)
    seizures = [r for r in records(landing / "seizures.csv") if r["declaration_id"]][:10]
    for record, other in zip(seizures, others[10:], strict=False):
        record |= {"declaration_id": other["declaration_id"]}
        record["version"] = str(int(record["version"]) + 1)
    write(night / "seizures_again.csv", seizures)
    filings = records(landing / "cargo_manifests_202604.csv")[:20]
    for record in filings:
        record |= {"version": str(int(record["version"]) + 1), "hs6": ""}
    write(night / "cargo_manifests_again.csv", filings)


def records(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, told: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, told[0])
        writer.writeheader()
        writer.writerows(told)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 11))
def test_a_shuffled_history(seed: int, demo_files: Path, tmp_path: Path, new_home):
    """Late records, amendments and redeliveries, items before their declarations, in any order."""
    home = new_home(tmp_path / "home")
    turns = random.Random(seed)
    files = sorted(split(demo_files / "landing", tmp_path / "split").glob("*.csv"))
    turns.shuffle(files)
    # A test of the marts refuses inspections of declarations that have not come.
    files.sort(key=lambda path: "inspections" in path.name)
    cuts = sorted(turns.sample(range(1, len(files)), 2))
    for begin, end in zip([0, *cuts], [*cuts, len(files)], strict=True):
        load(home, "cdps", files[begin:end])
        build(home)
    shutil.copy2(home.warehouse, tmp_path / "kept.duckdb")
    shutil.copy2(home.staging, tmp_path / "mined.duckdb")
    build(home, full=True)
    assert not straight.differences(tmp_path / "kept.duckdb", home.warehouse)
    assert not straight.differences(tmp_path / "mined.duckdb", home.staging, mined(home))


def test_old_batches_are_not_read_again(home_copy: Home, demo_files: Path, tmp_path: Path):
    """Made worthless behind its back, an old batch is still in the marts; so it is where the whole
    folder is loaded once more. Nor is any row of the facts made again.
    """
    before = rows(home_copy, "fct_declarations")
    part = max(home_copy.raw.glob("cdps/declarations/part/batch=b_*/part.parquet"))
    old = pq.read_table(part, partitioning=None)
    place = old.schema.get_field_index("accepted_at")
    pq.write_table(old.set_column(place, "accepted_at", pa.array(["never"] * len(old))), part)
    with (demo_files / "landing" / "operators.csv").open() as file:
        header, first = file.readline(), file.readline()
    (tmp_path / "operators.csv").write_text(header + first.replace(first.split(",")[0], "NEW1"))
    again = sorted((demo_files / "landing").glob("*.csv"))
    load(home_copy, "cdps", [*again, tmp_path / "operators.csv"])
    for fact, column in MARKED.items():
        with duckdb.connect(home_copy.warehouse) as db:
            db.execute(f"update {fact} set {column} = 'made in the last build'")
    with duckdb.connect(home_copy.staging) as db:
        db.execute("insert into int_unit_values_usual by name (select 'mined before' as hs6)")
    build(home_copy)
    assert rows(home_copy, "fct_declarations") == before
    mined_before = "int_unit_values_usual where hs6 = 'mined before'"
    assert rows(home_copy, mined_before, home_copy.staging) == 1
    for fact, column in MARKED.items():
        made_again = f"{fact} where {column} is distinct from 'made in the last build'"
        assert rows(home_copy, made_again) == 0
    assert building._why_in_full(home_copy, batches(home_copy)) is None


def test_days_tell_of_all_that_items_are_judged_by() -> None:
    """Else an item of a day that seems unchanged would keep what was said of it."""
    folder = PROJECT / "models" / "intermediate"
    files = {path.stem: path for path in folder.rglob("*.sql")}
    files |= {path.stem: path for path in (PROJECT / "models" / "marts").rglob("*.sql")}

    def read(name: str) -> set[str]:
        return set(re.findall(r"ref\('(\w+)'\)", files[name].read_text()))

    told = read("int_facts_known") | {"int_days_due"}
    # Each row of these hangs on its own declaration, whose items have other keys once it is due.
    told |= {"int_items_controlled", "fct_selectivity_matches"}
    # Of which items there are at all the day of reference decides; made anew each night.
    told |= {"int_items_learnable", "int_records_cumulated"}
    made = {name for name in files if "{{ items_due(" in files[name].read_text()}
    made |= {"int_risk_indicators_unioned"}
    seeds = {path.stem for path in (PROJECT / "seeds").rglob("*.csv")}
    assert len(made) > 20
    for name in made:
        assert read(name) <= told | made | seeds | {"int_unit_value_references"}, name


def rows(home: Home, table: str, database: Path | None = None) -> int:
    with duckdb.connect(database or home.warehouse, read_only=True) as db:
        return db.execute(f"select count(*) from {table}").fetchone()[0]


def test_what_cannot_be_gone_on_from_is_built_in_full(home_copy: Home, monkeypatch):
    counted = batches(home_copy)
    assert building._why_in_full(home_copy, counted) is None
    assert building._why_in_full(home_copy, counted[1:]) == "batches are gone"
    state = read_json(home_copy.build_state)
    monkeypatch.setattr(building, "project", lambda: "a contract has changed")
    assert "contracts" in building._why_in_full(home_copy, counted)
    monkeypatch.undo()
    home_copy.build_state.unlink()  # as a build that was killed leaves it
    assert building._why_in_full(home_copy, counted) == "there is no finished build"
    write_json(home_copy.build_state, state)
    part = next(home_copy.raw.glob("cdps/operators/part/batch=b_*/part.parquet"))
    whole = part.read_bytes()
    part.write_bytes(whole[:100])
    assert "raw zone" in building._why_in_full(home_copy, counted)
    part.write_bytes(whole)
    home_copy.staging.unlink()
    assert building._why_in_full(home_copy, counted) == "there is no finished build"
