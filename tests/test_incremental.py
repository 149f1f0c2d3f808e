"""A build that goes on from the last one gives the marts that a full one gives."""

import random
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_run import split

from crw import build as building
from crw.build import build
from crw.home import Home, read_json, write_json
from crw.load import load
from crw.raw import batches


def differences(kept: Path, anew: Path) -> list[str]:
    """Marts of a full build that do not have the same rows in a build that went on."""
    with duckdb.connect() as db:
        for name, path in (("kept", kept), ("anew", anew)):
            db.execute(f"attach '{path}' as {name} (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = 'anew' order by all"
        found = []
        for (mart,) in db.execute(tables).fetchall():
            for here, there in (("kept", "anew"), ("anew", "kept")):
                rows = f'select * from {here}."{mart}" except all select * from {there}."{mart}"'
                (count,) = db.execute(f"select count(*) from ({rows})").fetchone()
                found += [f"{mart}: {count} rows only in {here}"] if count else []
    return found


def assert_as_a_full_build(home: Home, kept: Path) -> None:
    shutil.copy2(home.warehouse, kept)
    build(home, full=True)
    assert not differences(kept, home.warehouse)


def test_dirty_deliveries_on_top_of_a_build(dirty_home, tmp_path: Path):
    home = Home(shutil.copytree(dirty_home[0].root, tmp_path / "home", symlinks=True))
    assert_as_a_full_build(home, tmp_path / "kept.duckdb")


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
    assert_as_a_full_build(home, tmp_path / "kept.duckdb")


def test_old_batches_are_not_read_again(home_copy: Home, demo_files: Path, tmp_path: Path):
    """Made worthless behind its back, an old batch is still in the marts; so it is where the whole
    folder is loaded once more.
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
    build(home_copy)
    assert rows(home_copy, "fct_declarations") == before
    assert building._why_in_full(home_copy, batches(home_copy)) is None


def rows(home: Home, mart: str) -> int:
    with duckdb.connect(home.warehouse, read_only=True) as db:
        return db.execute(f"select count(*) from {mart}").fetchone()[0]


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
