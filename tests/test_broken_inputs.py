"""Broken inputs: each ends in a clear message or in counted rejects; no record is ever lost."""

import gzip
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import dirty
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from raw_zone import DEVICES, device, part, rejects

from crw import cli, load, raw
from crw.home import Home
from crw.readers import common

GOOD = DEVICES + "\n" + "".join(device(n) for n in range(1, 6))


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """`crw load` in this process: exit code and everything it said."""

    def run(*arguments: object) -> tuple[int, str]:
        home = str(tmp_path / "home")
        monkeypatch.setattr(sys, "argv", ["crw", "--home", home, "load", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out + told.err

    return run


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def parquet(**columns: list) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, row_group_size=2)
    return sink.getvalue().to_pybytes()


def devices_as_parquet() -> bytes:
    names = DEVICES.split(",")
    rows = [device(n, "").split(",") for n in range(1, 2001)]
    return parquet(**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def damaged(content: bytes, start: int, length: int) -> bytes:
    return content[:start] + b"\xff" * length + content[start + length :]


RECORD = {"device_id": "D1", "office_code": "QM010", "day": "2026-01-01"}
JSON_LINES = "".join(json.dumps(RECORD | {"device_id": f"D{n}"}) + "\n" for n in range(1, 4))
JSON_ARRAY = json.dumps([RECORD | {"device_id": f"D{n}"} for n in range(1, 4)], indent=1)

# What the whole file is refused for: the content, and words of the message.
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty file": (b"", "is empty"),
    "only blank lines": (b"\r\n\n  \n", "is empty"),
    "empty gzip": (gzip.compress(b""), "is empty"),
    "wrong delimiter": (GOOD.replace(",", "|").encode(), "none of the columns"),
    "missing required column": (
        GOOD.replace("office_code", "office").encode(),
        "lacks required columns of cdps nii_devices: office_code",
    ),
    "columns found are listed": (
        GOOD.replace("office_code", "office").encode(),
        "found were: device_id, office, day",
    ),
    "header repeats a column": (GOOD.replace("scans", "day").encode(), "day stands twice"),
    "header repeats a column in other case": (
        GOOD.replace("scans", "DAY").encode(),
        "DAY stands twice",
    ),
    "no header": ("".join(map(device, range(5))).encode(), "none of the columns"),
    "a column without a name": (GOOD.replace("scans", "").encode(), "column 7 has no name"),
    "a column named like ours": (GOOD.replace("scans", "_Record").encode(), "can't be used"),
    "an unprintable column name": (GOOD.replace("scans", "sc\x07ns").encode(), "can't be used"),
    "UTF-16 with its mark": (GOOD.encode("utf-16"), "must be saved as UTF-8"),
    "UTF-16 without": (GOOD.encode("utf-16-le"), "must be saved as UTF-8"),
    "lines ending in CR alone": (GOOD.replace("\n", "\r").encode(), "carriage return alone"),
    "a workbook": (b"PK\x03\x04" + os.urandom(500), "Excel workbook"),
    "random bytes": (b"\x01\x02" + os.urandom(5000).replace(b"\0", b""), "none of the columns"),
    "truncated gzip": (gzip.compress(GOOD.encode() * 50)[:-40], "truncated gzip"),
    "gzip with a wrong checksum": (
        damaged(gzip.compress(GOOD.encode()), -8, 4)[: len(gzip.compress(GOOD.encode()))],
        "damaged or truncated gzip",
    ),
    "bytes after a gzip": (gzip.compress(GOOD.encode()) + b"more", "damaged or truncated gzip"),
    "Parquet inside gzip": (gzip.compress(devices_as_parquet()), "Parquet inside gzip"),
    "truncated Parquet": (devices_as_parquet()[:-100], "damaged or truncated Parquet"),
    "damaged Parquet pages": (
        damaged(devices_as_parquet(), 40, 4000),
        "cannot be read as Parquet",
    ),
    "Parquet without a required column": (
        parquet(device_id=["D1"], day=["2026-01-01"]),
        "lacks required columns",
    ),
    "JSON array cut off": (JSON_ARRAY[:-20].encode(), "no complete JSON array"),
    "JSON array broken in the middle": (
        JSON_ARRAY.replace('"D2"', '"D2', 1).encode(),
        "no complete JSON array: it breaks after line 6",
    ),
    "JSON array broken after blank lines": (
        JSON_ARRAY.replace("\n },", "\n },\n\n\n x", 1).encode(),
        "no complete JSON array: it breaks after line 6",
    ),
    "text after a JSON array": ((JSON_ARRAY + "x").encode(), "no complete JSON array"),
    "JSON that is not UTF-8": (
        JSON_LINES.replace("QM010", "QMé").encode("latin-1").replace(b"\\u00e9", b"\xe9"),
        "JSON, but not UTF-8",
    ),
    "JSON without records": (json.dumps({"data": [RECORD]}, indent=1).encode(), "holds no record"),
    "JSON array of numbers": (b"[1, 2, 3]", "holds no record"),
    "JSON without a required field": (b'{"device_id": "D1"}\n', "lacks required columns"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_file_says_why_and_leaves_nothing(case: str, run, home: Home, tmp_path: Path):
    content, message = REFUSED[case]
    file = tmp_path / "nii_devices.dat"
    file.write_bytes(content)
    code, told = run("cdps", file)
    assert (code, message in told) == (2, True), told
    assert "nii_devices.dat" in told and "Traceback" not in told
    assert not part(home) and not rejects(home) and not raw.batches(home)
    left = [path for path in home.raw.rglob("*") if path.is_file()]
    assert not left, "a refused file must leave nothing in the raw zone"


def csv_with(line: bytes) -> bytes:
    """Five good records with one line between the second and the third."""
    lines = GOOD.encode().splitlines(keepends=True)
    return b"".join([*lines[:3], line, *lines[3:]])


# What costs one record: the content, its number, the reason, the bytes kept.
REJECTED: dict[str, tuple[bytes, int, str, bytes]] = {
    "too few columns": (csv_with(b"D9,QM010\n"), 3, "2 columns", b"D9,QM010"),
    "too many columns": (csv_with(b"1,2,3,4,5,6,7,8\r\n"), 3, "8 columns", b"1,2,3,4,5,6,7,8"),
    "spaces only": (csv_with(b"   \n"), 3, "1 columns", b"   "),
    "ragged, over two lines": (csv_with(b'D9,"QM\n010"\n'), 3, "2 columns", b'D9,"QM\n010"'),
    "unclosed quote": (
        csv_with(b'D9,"QM010,2026-01-01,1,1,1,1\n'),
        3,
        "a quote is not closed",
        b'D9,"QM010,2026-01-01,1,1,1,1',
    ),
    "unclosed quote in a ragged line": (csv_with(b'"D9\n'), 3, "a quote is not closed", b'"D9'),
    "unclosed quote in the last line": (
        GOOD.encode() + b'D9,"QM010',
        6,
        "a quote is not closed",
        b'D9,"QM010',
    ),
    "text after a closing quote": (
        csv_with(b'D9,"QM" 010,2026-01-01,1,1,1,1\n'),
        3,
        "text after a closing quote",
        b'D9,"QM" 010,2026-01-01,1,1,1,1',
    ),
    "NUL byte": (csv_with(b"D\x009,QM010,d,1,1,1,1\n"), 3, "NUL", b"D\x009,QM010,d,1,1,1,1"),
    "NUL byte within quotes": (csv_with(b'"\x00",o,d,,,,\n'), 3, "NUL", b'"\x00",o,d,,,,'),
    "a broken byte among UTF-8": (
        csv_with("D8,Zürich,d,1,1,1,1\n".encode() + b"D9,Z\xfcrich,d,1,1,1,1\n"),
        4,
        "bytes that are not utf-8",
        b"D9,Z\xfcrich,d,1,1,1,1",
    ),
    "a byte that Windows-1252 lacks": (
        csv_with(b"D8,Z\xfcrich,d,1,1,1,1\nD9,\x81,d,1,1,1,1\n"),
        4,
        "bytes that are not windows-1252",
        b"D9,\x81,d,1,1,1,1",
    ),
    "stray carriage return": (
        csv_with(b"D9,QM\r010,d,1,1,1,1\n"),
        3,
        "carriage return",
        b"D9,QM\r010,d,1,1,1,1",
    ),
    "broken JSON line": ((JSON_LINES + '{"device_id": "D9\n').encode(), 4, "not valid JSON", b""),
    "JSON line in Latin-1": (
        JSON_LINES.encode() + '{"device_id": "Zürich é"}\n'.encode() + b'{"device_id": "Z\xfc"}\n',
        5,
        "bytes that are not utf-8",
        b'{"device_id": "Z\xfc"}',
    ),
    "JSON line that is a list": ((JSON_LINES + "[1]\n").encode(), 4, "not an object", b"[1]"),
    "JSON line that is a string": ((JSON_LINES + '"D1"\n').encode(), 4, "not an object", b'"D1"'),
    "JSON name twice": (
        (JSON_LINES + '{"device_id": "a", "device_id": "b"}\n').encode(),
        4,
        "a name stands twice",
        b"",
    ),
    "JSON with a NUL": ((JSON_LINES + '{"device_id": "\\u0000"}').encode(), 4, "NUL byte", b""),
    "JSON with half a pair": (
        (JSON_LINES + '{"device_id": "\\ud83d"}').encode(),
        4,
        "surrogate pair",
        b"",
    ),
    "JSON with half a pair, nested": (
        (JSON_LINES + '{"device_id": {"a": "\\ud83d"}}').encode(),
        4,
        "surrogate pair",
        b"",
    ),
    "JSON array with a number in it": (
        JSON_ARRAY.replace("[", "[ 7,", 1).encode(),
        1,
        "not an object",
        b"7",
    ),
    "deep JSON": ((JSON_LINES + "[" * 100_000 + "\n").encode(), 4, "not valid JSON", b""),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("case", REJECTED)
def test_broken_record_is_kept_and_costs_no_other(
    case: str, packed: bool, run, home: Home, tmp_path: Path
):
    content, record, reason, original = REJECTED[case]
    file = tmp_path / "nii_devices.dat"
    file.write_bytes(gzip.compress(content) if packed else content)
    code, told = run("cdps", file)
    assert code == 0, told
    [reject] = rejects(home)
    assert reject["_record"] == record
    assert reason in reject["reason"]
    assert reject["original"] in content and reject["original"].startswith(original)
    assert reject["size_bytes"] == len(reject["original"])
    assert b"\n" * (reject["_line_to"] - reject["_line"]) in reject["original"] or (
        reject["original"].count(b"\n") == reject["_line_to"] - reject["_line"]
    )
    taken = part(home)
    count = len(taken) + 1
    assert sorted([record, *(row["_record"] for row in taken)]) == list(range(1, count + 1))
    expected = {"D1", "D2", "D3"} | ({"D4", "D5"} if b",QM010,2026-01-05" in content else set())
    assert expected <= {row["device_id"] for row in taken}, "a good record was lost"
    [batch] = raw.batches(home)
    assert (batch["records"], batch["part_records"], batch["reject_records"]) == (
        count,
        count - 1,
        1,
    )


def test_every_line_broken(run, home: Home, tmp_path: Path):
    """Nothing can be split: every line is a reject, and none was swallowed by a quote before it."""
    file = tmp_path / "nii_devices.csv"
    file.write_text(DEVICES + "\n" + "".join(f'D{n},"x\n' for n in range(500)))
    assert run("cdps", file)[0] == 0
    kept = b"".join(row["original"] + b"\n" for row in rejects(home))
    assert kept == file.read_bytes().partition(b"\n")[2]
    assert not part(home)


@pytest.mark.parametrize(
    "content",
    [DEVICES.encode(), b"\xef\xbb\xbf" + DEVICES.encode() + b"\r\n", b"[]", b" [ ]\n"],
    ids=["header only", "header only with BOM", "empty JSON array", "the same with spaces"],
)
def test_no_records_is_a_valid_empty_batch(content: bytes, run, home: Home, tmp_path: Path):
    file = tmp_path / "nii_devices.dat"
    file.write_bytes(content)
    code, told = run("cdps", file)
    assert code == 0 and "nii_devices" in told
    [batch] = raw.batches(home)
    assert batch["records"] == 0 and part(home) == []


@pytest.mark.parametrize("quoted", [False, True])
def test_a_field_of_a_megabyte(quoted: bool, run, home: Home, tmp_path: Path):
    field = "x" * (1 << 20)
    if quoted:
        field = '"' + "line, of text\n" * (1 << 16) + '"'
    file = tmp_path / "nii_devices.csv"
    file.write_text(GOOD + f"{field},QM010,2026-01-01,,,,\n" + device(7))
    assert run("cdps", file)[0] == 0
    taken = part(home)
    assert [row["_record"] for row in taken] == list(range(1, 8))
    assert taken[5]["device_id"] == field.strip('"')
    assert taken[6]["_line"] == 8 + field.count("\n")


@pytest.mark.parametrize("start", ["", DEVICES + "\n"], ids=["header", "record"])
def test_a_line_without_end_is_refused(start: str, run, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(common, "BLOCK", 1 << 12)
    monkeypatch.setattr(common, "LONGEST_RECORD", 1 << 14)
    file = tmp_path / "nii_devices.csv"
    file.write_text(start + "x" * (1 << 16))
    code, told = run("cdps", file)
    assert code == 2 and ("none of the columns" in told or "a record of more than" in told)


def test_file_that_changes_while_it_is_read(run, home: Home, monkeypatch, tmp_path: Path):
    file = tmp_path / "nii_devices.csv"
    file.write_text(GOOD)
    chunks = load.chunks

    def meanwhile(*arguments):
        with file.open("a") as more:
            more.write(device(6))
        return chunks(*arguments)

    monkeypatch.setattr(load, "chunks", meanwhile)
    code, told = run("cdps", file)
    assert code == 2 and "changed while it was read" in told
    assert not part(home) and not raw.batches(home)
    monkeypatch.undo()


def test_same_size_and_time_but_other_content(run, home: Home, monkeypatch, tmp_path: Path):
    """The time of change of the inode gives it away: `touch -d` can't set that one."""
    file = tmp_path / "nii_devices.csv"
    file.write_text(GOOD)
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    look = load.look

    def meanwhile(*arguments):
        found = look(*arguments)
        file.write_text(GOOD.replace("D1", "D7"))
        os.utime(file, ns=times)
        return found

    monkeypatch.setattr(load, "look", meanwhile)
    code, told = run("cdps", file)
    assert code == 2 and "changed while it was read" in told
    assert not raw.batches(home)


def test_what_cannot_be_opened(run, tmp_path: Path):
    missing = tmp_path / "nii_devices.csv"
    assert "No such file" in run("cdps", missing)[1]
    missing.symlink_to(tmp_path / "nowhere.csv")
    assert "No such file" in run("cdps", missing)[1]
    pipe = tmp_path / "nii_devices.pipe"
    os.mkfifo(pipe)
    code, told = run("cdps", pipe)
    assert code == 2 and "not a regular file" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission(run, tmp_path: Path):
    file = tmp_path / "nii_devices.csv"
    file.write_text(GOOD)
    file.chmod(0)
    code, told = run("cdps", file)
    assert code == 2 and "Permission denied" in told


def test_error_of_the_disk(run, home: Home, monkeypatch, tmp_path: Path):
    """An unreadable file, also where the tests run as root."""
    file = tmp_path / "nii_devices.csv"
    file.write_text(GOOD)

    def fail(*arguments):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(load, "look", fail)
    code, told = run("cdps", file)
    assert code == 2 and "Permission denied" in told and not raw.batches(home)


def test_usage(run, tmp_path: Path):
    good = tmp_path / "nii_devices.csv"
    good.write_text(GOOD)
    code, told = run("nowhere", good)
    assert code == 2 and "unknown source 'nowhere'" in told and "cbp, cdps, kcs" in told
    code, told = run("cdps", good, "--entity", "planes")
    assert code == 2 and "has no entity 'planes'" in told and "transit_movements" in told
    unnamed = good.rename(tmp_path / "export.csv")
    code, told = run("cdps", unnamed)
    assert code == 2 and "its name tells no entity" in told and "--entity" in told
    assert run("cdps", unnamed, "--entity", "nii_devices")[0] == 0
    folder = tmp_path / "folder"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "nii_devices.csv").write_text(GOOD)
    code, told = run("cdps", folder)
    assert code == 2 and "holds no files" in told


def test_names_that_look_like_markup(run, home: Home, tmp_path: Path):
    file = tmp_path / "nii_devices [bold].csv"
    file.write_text(GOOD.replace("scans", "scans[/b]"))
    code, told = run("cdps", file)
    assert code == 0 and "nii_devices [bold].csv" in told and "scans[/b]" in told


def test_a_bad_file_does_not_hold_up_the_good_ones(run, home: Home, tmp_path: Path):
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "nii_devices_1.csv").write_text(GOOD)
    (folder / "nii_devices_2.csv").write_text("")
    (folder / "nii_devices_3.csv").write_text(GOOD.replace("QM010", "QM020"))
    (folder / "README.md").write_text("not data")
    code, told = run("cdps", folder)
    assert code == 2 and "2 of 4 files were refused" in told
    assert "nii_devices_2.csv is empty" in told and "README.md: its name tells no entity" in told
    assert len(part(home)) == 10 and len(raw.batches(home)) == 2


def test_records_that_break_their_contract_are_quarantined_with_the_reason(
    dirty_home: tuple[Home, str],
):
    home, _ = dirty_home
    expected = set()
    for entity in {entity for entity, _, _ in dirty.BROKEN}:
        reasons = [reason for name, _, reason in dirty.BROKEN if name == entity]
        expected |= {(entity, record, reason) for record, reason in enumerate(reasons, 2)}
    with duckdb.connect(str(home.current / "warehouse.duckdb"), read_only=True) as db:
        found = db.execute(
            "select entity, record_number, field || ': ' || reason from quality_quarantine"
            " where record_outcome = 'quarantined' and file like '%_broken.csv'"
        ).fetchall()
        lost = db.execute(
            "select file from quality_reconciliation"
            " where lost_in_load <> 0 or lost_in_staging <> 0"
        ).fetchall()
        counts = db.execute(
            "select records_in_file, records_rejected, records_quarantined, records_superseded"
            " from quality_reconciliation where file = 'cargo_manifests_planted.csv'"
        ).fetchall()
    assert set(found) == expected and len(found) == len(expected)
    assert not lost and counts == [(10, 4, 1, 1)]
