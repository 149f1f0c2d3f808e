"""The steward's worklist: it shows what to mend, and what is mended leaves it."""

import json
from pathlib import Path

import dirty
import duckdb
import openpyxl
from raw_zone import DEVICES, device
from test_staging import stage

from crw import raw
from crw.home import Home


def worklist(path: Path) -> list[dict]:
    sheet = openpyxl.load_workbook(path)["To mend"]
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def still_open(home: Home) -> set[tuple]:
    with duckdb.connect(home.warehouse, read_only=True) as warehouse:
        return set(
            warehouse.sql(
                "select record_number, reason from quality_quarantine"
                " where is_open and entity = 'nii_devices' and file like 'nii_devices_mine%'"
            ).fetchall()
        )


def test_it_shows_each_broken_value_as_received(dirty_home, crw, tmp_path: Path) -> None:
    home, _ = dirty_home
    crw(home, "quality", "export", "--out", tmp_path / "lists", "--source", "cdps")
    files = sorted((tmp_path / "lists").iterdir())
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    rows = [row for file in files for row in worklist(file)]
    shown = {(row["entity"], f"{row['field']}: {row['reason']}", row["value"]) for row in rows}
    for entity, change, expected in dirty.BROKEN:
        (value,) = change.values()
        if ", " in expected.split(": ")[0]:
            value = f"{value}, {dirty.GOOD[entity]['version']}"
        found = {(e, r, v or "") for e, r, v in shown}
        assert (entity, expected, value) in found or (entity, expected, value.strip()) in found
    assert all(row["what to do"] and row["record as received"] for row in rows)
    # A name in a refused record is shown to its owner, who must find the record.
    assert any(dirty.NAMES[3] in row["record as received"] for row in rows)
    with duckdb.connect(home.warehouse, read_only=True) as warehouse:
        unexplained = warehouse.sql(
            "select distinct reason from quality_quarantine where explanation is null"
        ).fetchall()
    assert not unexplained
    noted = [json.loads(line) for line in (home.vault / "disclosures.jsonl").open()]
    assert {entry["file"] for entry in noted} == {str(file.resolve()) for file in files}


def test_what_is_mended_leaves_the_list(
    home_copy: Home, built_home: Home, crw, tmp_path: Path
) -> None:
    """By its key where it has one; where it has none, by a file in place of its batch."""
    first, second = tmp_path / "nii_devices_mine.csv", tmp_path / "nii_devices_mine_again.csv"
    bad_hours = device(1).replace("24.0", "25.0")
    first.write_text(f"{DEVICES}\n{bad_hours}{device(2)[2:]}D3,QM010\n{device(4)}")
    crw(home_copy, "load", "cdps", first)
    stage(home_copy, built_home)
    columns = "2 columns where the header has 7"
    assert still_open(home_copy) == {(1, "above 24"), (2, "missing"), (3, columns)}

    second.write_text(f"{DEVICES}\n{device(1)}")
    crw(home_copy, "load", "cdps", second)
    stage(home_copy, built_home)
    assert still_open(home_copy) == {(2, "missing"), (3, columns)}

    old = next(b["batch"] for b in raw.batches(home_copy) if b["file"] == first.name)
    second.write_text(f"{DEVICES}\n{device(2)}{device(3)}")
    crw(home_copy, "load", "cdps", second, "--replaces", old)
    stage(home_copy, built_home)
    assert not still_open(home_copy)
    with duckdb.connect(home_copy.warehouse, read_only=True) as warehouse:
        refused = warehouse.execute(
            "select count(*) from quality_quarantine where batch = ?", [old]
        ).fetchone()
    assert refused == (3,), "what was refused stays on record: two broken, a reject"


def test_a_batch_to_replace_must_be_there(home_copy: Home, crw, tmp_path: Path) -> None:
    file = tmp_path / "nii_devices_mine.csv"
    file.write_text(f"{DEVICES}\n{device(1)}")
    told = crw(home_copy, "load", "cdps", file, "--replaces", "b_nothing", code=2).stderr
    assert "there is no batch b_nothing of cdps nii_devices" in told
    told = crw(home_copy, "load", "cdps", file, file, "--replaces", "b_nothing", code=2).stderr
    assert "--replaces goes with one file" in told
    crw(home_copy, "load", "cdps", file)
    own = next(b["batch"] for b in raw.batches(home_copy) if b["file"] == file.name)
    told = crw(home_copy, "load", "cdps", file, "--replaces", own, code=2).stderr
    assert "unchanged" in told
