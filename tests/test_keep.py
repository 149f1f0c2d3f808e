"""Retention, backup and restore."""

import json
import os
import tarfile
from datetime import date

import pytest

from crw import publish
from crw.home import Home
from crw.raw import batches


def redate(home: Home, entity: str, day: str) -> None:
    """Let all deliveries of an entity be of an earlier day."""
    lines = [json.loads(line) for line in home.load_log.read_text().splitlines()]
    for line in lines:
        if line["entity"] == entity:
            line["loaded_at"] = f"{day}T00:00:00+00:00"
    home.load_log.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_purge_drops_what_is_old_and_keeps_its_counts(home_copy: Home, crw, rebuild):
    first = publish.current(home_copy)
    rebuild(home_copy, "second")
    second = publish.publish(home_copy)
    redate(home_copy, "operators", "2020-01-01")
    records = {b["entity"]: b["records"] for b in batches(home_copy)}["operators"]
    assert list(home_copy.vault.glob("cdps/operators/*/originals.parquet"))

    crw(home_copy, "purge", "--before", "2020-06-01")

    assert "operators" not in {batch["entity"] for batch in batches(home_copy)}
    for folder in (home_copy.raw, home_copy.vault):
        assert not list(folder.glob("cdps/operators/**/batch=b_*"))
    (kept,) = (
        entry
        for entry in map(json.loads, home_copy.load_log.read_text().splitlines())
        if "dropped_at" in entry
    )
    assert (kept["entity"], kept["records"]) == ("operators", records)
    # What checks said and measured of it stays too: later releases are held against it.
    for name in ("check_results", "figures"):
        assert list(home_copy.raw.glob(f"crw/{name}/part/batch=b_*/part.parquet"))
    # An earlier release held it; the current one stays until a run replaces it.
    assert not first.exists()
    assert publish.current(home_copy) == second
    # What was built from it can't be published any more.
    crw(home_copy, "publish", code=2)


def test_purge_leaves_what_is_young(home_copy: Home, crw):
    before = batches(home_copy)
    crw(home_copy, "purge", "--before", date.today().isoformat())
    assert batches(home_copy) == before
    crw(home_copy, "publish")


def test_purge_sweeps_up_after_a_kill(home_copy: Home, crw):
    orphan = home_copy.vault / "cdps" / "operators" / "batch=b_0000000000000000"
    orphan.mkdir(parents=True)
    counted = len(list(home_copy.vault.glob("*/*/batch=*")))
    crw(home_copy, "purge", "--before", "2020-01-01")
    assert not orphan.exists()
    assert len(list(home_copy.vault.glob("*/*/batch=*"))) == counted - 1


def test_restore_gives_back_what_was_backed_up(home_copy: Home, tmp_path, crw):
    archive = tmp_path / "crw.tar"
    crw(home_copy, "backup", archive)
    assert archive.stat().st_mode & 0o077 == 0
    fresh = Home(tmp_path / "fresh")
    crw(fresh, "restore", archive)

    assert batches(fresh) == batches(home_copy)
    assert fresh.key("pseudonym") == home_copy.key("pseudonym")
    assert fresh.vault.stat().st_mode & 0o077 == 0
    assert publish.current(fresh).name == publish.current(home_copy).name
    publish.verify(publish.current(fresh))
    assert fresh.current.is_symlink()
    assert "nothing new" in crw(fresh, "run").stderr


def test_backup_and_restore_refuse_to_overwrite(home_copy: Home, tmp_path, crw):
    archive = tmp_path / "crw.tar"
    crw(home_copy, "backup", archive)
    assert "exists already" in crw(home_copy, "backup", archive, code=2).stderr
    assert "not empty" in crw(home_copy, "restore", archive, code=2).stderr
    told = crw(home_copy, "backup", tmp_path / "nowhere" / "crw.tar", code=2).stderr
    assert "does not exist" in told
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("damage", ["flip", "cut", "foreign", "none"])
def test_a_damaged_backup_is_not_restored(home_copy: Home, tmp_path, crw, damage: str):
    archive = tmp_path / "crw.tar"
    if damage == "foreign":
        with tarfile.open(archive, "w") as tar:
            tar.add(home_copy.load_log, "notes.txt")
    elif damage != "none":
        crw(home_copy, "backup", archive)
        with tarfile.open(archive) as tar:
            largest = max(tar.getmembers(), key=lambda member: member.size)
        with archive.open("r+b") as file:
            if damage == "cut":
                os.truncate(file.fileno(), largest.offset_data + largest.size // 2)
            else:
                file.seek(largest.offset_data + largest.size // 2)
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ 1]))
    fresh = tmp_path / "fresh"
    crw(fresh, "restore", archive, code=2)
    assert not fresh.exists()
