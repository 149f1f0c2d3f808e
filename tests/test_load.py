"""The loader: formats, identity of records, redeliveries, the load log, and what a crash leaves."""

import codecs
import csv
import gzip
import io
import json
import random
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from raw_zone import DEVICES, device, part, rejects

from crw import load, raw, readers
from crw.contract import entities
from crw.errors import CrwError
from crw.home import Home
from crw.readers import common

NAMES = DEVICES.split(",")
ROWS = [
    ["D1", "QM010", "2026-01-01", "24.0", "8.5", "0", "12"],
    ["D2", 'a "quoted" one', "2026-01-02", None, "", "0", "7"],
    ["D3", "two\nlines, one; more\tcell", "2026-01-03", " 1 ", "0", None, "0"],
    ["D4", "Zürich café", "2026-01-04", "1e3", "-0.50", "007", ""],
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


def deliver(home: Home, file: Path, content: bytes | str, source: str = "cdps") -> list[dict]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load.load(home, source, [file])


def as_csv(delimiter: str = ",", ending: str = "\n") -> str:
    """The rows as CSV: missing is nothing between delimiters, quoted-empty is two quotes."""

    def cell(value: str | None) -> str:
        if value is None:
            return ""
        special = value == "" or any(c in value for c in delimiter + '"\n')
        return '"' + value.replace('"', '""') + '"' if special else value

    return "".join(delimiter.join(map(cell, row)) + ending for row in [NAMES, *ROWS])


def as_objects() -> list[dict]:
    return [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def as_parquet() -> bytes:
    sink = pa.BufferOutputStream()
    columns = dict(zip(NAMES, map(list, zip(*ROWS, strict=True)), strict=True))
    pq.write_table(pa.table(columns), sink, row_group_size=3)
    return sink.getvalue().to_pybytes()


FORMATS = {
    "comma": as_csv().encode(),
    "semicolon": as_csv(";").encode(),
    "tab": as_csv("\t").encode(),
    "BOM": codecs.BOM_UTF8 + as_csv().encode(),
    "CRLF": as_csv(ending="\r\n").encode(),
    "no last line end": as_csv().encode().rstrip(b"\n"),
    "blank lines": as_csv(ending="\n\n").encode(),
    "blank lines, CRLF": as_csv(ending="\r\n\r\n").encode() + b"\r\n",
    "Latin-1": as_csv().encode("latin-1"),
    "JSON": json.dumps(as_objects()).encode(),
    "JSON, indented, with BOM": codecs.BOM_UTF8 + json.dumps(as_objects(), indent=2).encode(),
    "JSON lines": "".join(json.dumps(row) + "\n" for row in as_objects()).encode(),
    "JSON lines, CRLF": "\r\n".join(
        json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False)
        for row in as_objects()
    ).encode(),
    "Parquet": as_parquet(),
}


@pytest.mark.parametrize("block", [1 << 24, len(DEVICES) + 5], ids=["one block", "tiny blocks"])
@pytest.mark.parametrize(
    ("name", "packed"),
    [(name, False) for name in FORMATS] + [(name, True) for name in FORMATS if name != "Parquet"],
)
def test_every_format_gives_the_same_records(
    name: str, packed: bool, block: int, home: Home, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(common, "BLOCK", block)
    content = FORMATS[name]
    [batch] = deliver(home, tmp_path / "nii_devices", gzip.compress(content) if packed else content)
    taken = part(home)
    assert [[row[n] for n in NAMES] for row in taken] == ROWS
    assert [row["_record"] for row in taken] == [1, 2, 3, 4]
    assert {row["_batch"] for row in taken} == {batch["batch"]}
    assert not rejects(home) and batch["records"] == 4
    assert batch["compression"] == ("gzip" if packed else None)
    assert batch["encoding"] == {"Latin-1": "windows-1252", "Parquet": None}.get(name, "utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"), [("é", "latin-1"), ("naïve “quote” €5", "windows-1252"), ("é", "utf-8")]
)
def test_encoding_is_told_by_the_content(text: str, encoding: str, home: Home, tmp_path: Path):
    """Also where the only letter in doubt is the last byte of the file."""
    content = f"device_id,day,scans,office_code\nD1,2026-01-01,1,{text}".encode(encoding)
    [batch] = deliver(home, tmp_path / "nii_devices.csv", content)
    assert part(home)[0]["office_code"] == text
    assert batch["encoding"] == ("utf-8" if encoding == "utf-8" else "windows-1252")


def test_lines_are_those_an_editor_shows(home: Home, tmp_path: Path):
    deliver(home, tmp_path / "nii_devices.csv", as_csv())
    assert [row["_line"] for row in part(home)] == [2, 3, 4, 6]


def test_typed_parquet_becomes_canonical_text(home: Home, tmp_path: Path):
    table = pa.table(
        {
            "device_id": ["D1", "D2"],
            "office_code": pa.array([b"QM010", b"QM020"], pa.binary()),
            "day": [date(2026, 1, 31), None],
            "available_hours": [Decimal("23.50"), None],
            "scanning_hours": [0.1, 1e20],
            "downtime_hours": pa.array([2**63 - 1, None]),
            "scans": [True, False],
        }
    )
    file = tmp_path / "nii_devices[1]*.parquet"
    pq.write_table(table, file)
    load.load(home, "cdps", [file])
    [first, second] = [[row[n] for n in NAMES] for row in part(home)]
    assert first == ["D1", "QM010", "2026-01-31", "23.50", "0.1", str(2**63 - 1), "true"]
    assert second == ["D2", "QM020", None, None, "1e+20", None, "false"]


def test_typed_times_and_lists(home: Home, tmp_path: Path):
    moment = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
    table = pa.table(
        {
            "movement_id": ["T1"],
            "declaration_id": ["A"],
            "office_departure": ["QM010"],
            "office_destination": [["a", "b"]],
            "departed_at": [moment.replace(tzinfo=None)],
            "due_at": pa.array([moment], pa.timestamp("us", tz="Asia/Tokyo")),
        }
    )
    file = tmp_path / "transit_movements.parquet"
    pq.write_table(table, file)
    load.load(home, "cdps", [file])
    [row] = part(home, "transit_movements")
    assert row["departed_at"] == "2026-01-31T10:00:00"
    assert row["due_at"] == "2026-01-31T10:00:00Z"
    assert row["office_destination"] == "a|b"


def test_json_keeps_numbers_as_written(home: Home, tmp_path: Path):
    lines = (
        '{"device_id": 10.50, "office_code": ["a", "b"], "day": {"n": null}, "scans": 1E5,'
        ' "scanning_hours": true}\n'
        '{"device_id": 12345678901234567890, "office_code": "", "day": null, "extra": [1, [2]]}\n'
    )
    deliver(home, tmp_path / "nii_devices.jsonl", lines)
    first, second = part(home)
    assert (first["device_id"], first["scans"], first["office_code"]) == ("10.50", "1E5", "a|b")
    assert (first["day"], first["scanning_hours"], first["extra"]) == ('{"n": null}', "true", None)
    assert (second["device_id"], second["office_code"]) == ("12345678901234567890", "")


def test_random_files_keep_every_record(tmp_path: Path, monkeypatch):
    """Records in the file = taken + rejected, held against Python's own CSV reader, for files with
    quotes, line ends, umlauts and broken lines anywhere, read in blocks of every size. (After a
    quote that isn't closed the next record has none: otherwise the two may be one good record.)
    """
    rng = random.Random(7)
    pieces = ["a", "bc", ",", ";", '"', "\n", "\r\n", "é", "€", " ", "0", '""', "x,y", "\n\n"]
    file = tmp_path / "nii_devices.csv"
    for _ in range(200):
        monkeypatch.setattr(common, "BLOCK", rng.choice([80, 97, 200, 1000, 1 << 20]))
        text, expected, broken, number = io.StringIO(newline=""), {}, {}, 0
        ending = rng.choice(["\n", "\r\n"])
        quoting = csv.QUOTE_ALL if rng.random() < 0.2 else csv.QUOTE_MINIMAL
        open_quote = False
        text.write(DEVICES + ending)
        for _ in range(rng.randrange(1, 120)):
            number += 1
            if rng.random() < 0.15 and not open_quote:
                line = rng.choice(["D,QM", 'D,"QM', 'D,"Q"M,x', "1,2,3,4,5,6,7,8,9", "\0,1,2", "x"])
                broken[number] = line.encode()
                open_quote = '"' in line
                text.write(line + ending)
                continue
            choice = ["a", "é"] if open_quote else pieces
            fields = ["".join(rng.choices(choice, k=rng.randrange(4))) for _ in NAMES]
            fields[0] = f"D{number}"  # so that no blank line is meant to be a record
            expected[number] = fields
            open_quote = False
            csv.writer(text, quoting=quoting, lineterminator=ending).writerow(fields)
        content = text.getvalue()
        if not broken:
            plain = list(csv.reader(io.StringIO(content, newline="")))
            assert len(plain) == 1 + number
        file.write_text(content, newline="")
        taken, refused = {}, {}
        delivery = readers.look(file, NAMES, lambda done: None)
        for chunk in readers.chunks(delivery, lambda done: None):
            for row in chunk.table.to_pylist():
                taken[row["_record"]] = [row[name] or "" for name in NAMES]
            refused |= {reject.record: reject.original for reject in chunk.rejects}
        assert taken == expected, content
        assert refused == broken, content


def test_columns_unknown_missing_and_in_other_order(home: Home, tmp_path: Path):
    [batch] = deliver(
        home,
        tmp_path / "nii_devices.csv",
        "note,day,device_id,office_code\nhello,2026-01-01,D1,Q\n",
    )
    assert batch["unknown_columns"] == ["note"]
    assert batch["missing_columns"] == [
        "available_hours",
        "scanning_hours",
        "downtime_hours",
        "scans",
    ]
    [row] = part(home)
    assert list(row)[:4] == ["note", "day", "device_id", "office_code"]
    assert row["note"].startswith("p_"), "until the contract names it, it may hold names"


def test_column_names_in_another_case_are_the_same_columns(home: Home, tmp_path: Path):
    content = "OPERATOR_ID;Name;VALID_FROM\nO1;Somebody;2020-01-01\n"
    [batch] = deliver(home, tmp_path / "operators.csv", content)
    assert batch["unknown_columns"] == [] and batch["personal_columns"] == ["Name"]
    [row] = part(home, "operators")
    assert row["OPERATOR_ID"] == "O1" and row["Name"].startswith("p_")


def test_content_seen_before_adds_a_log_entry_only(home: Home, tmp_path: Path):
    deliver(home, tmp_path / "nii_devices_1.csv", as_csv())
    deliver(home, tmp_path / "nii_devices_2.csv", as_csv().replace("D1", "D5"))
    written = {path: path.stat().st_mtime_ns for path in home.raw.rglob("part.parquet")}
    [again] = deliver(home, tmp_path / "nii_devices_3.csv.gz", gzip.compress(as_csv().encode()))
    assert again["new"] is False
    assert {path: path.stat().st_mtime_ns for path in home.raw.rglob("part.parquet")} == written
    log = [json.loads(line) for line in home.load_log.read_text().splitlines()]
    assert [entry["sequence"] for entry in log] == [1, 2, 3]
    assert [entry["new"] for entry in log] == [True, True, False]
    found = raw.batches(home)
    assert [batch["sequence"] for batch in found] == [2, 3], "what came last wins"
    assert found[1]["batch"] == again["batch"]


@pytest.mark.parametrize(
    ("now", "places"),
    [
        ("abc", "123"),  # as they were, or all delivered once more
        ("abcd", "1234"),
        ("bca", "234"),  # one delivered once more, after the others
        ("adbc", "1456"),  # one that is new among them: what comes after it has moved
        ("cba", "345"),
        ("ac", "13"),
    ],
)
def test_batches_keep_their_places_while_the_order_stands(now: str, places: str):
    def ordered(names: str) -> list[dict]:
        about = {"source": "cdps", "entity": "operators"}
        return [about | {"batch": name, "sequence": at} for at, name in enumerate(names, 1)]

    earlier = raw.placed(ordered("abc"), [])
    assert [batch["place"] for batch in earlier] == [1, 2, 3]
    other = {"source": "cdps", "entity": "declarations", "batch": "a", "sequence": 9}
    found = raw.placed([*ordered(now), other], earlier)
    assert [batch["batch"] for batch in found] == [*now, "a"]
    assert "".join(str(batch["place"]) for batch in found[:-1]) == places


def test_the_same_content_may_be_two_entities(home: Home, tmp_path: Path):
    """Two empty arrays are the same bytes: their batches have one name and stay apart."""
    deliver(home, tmp_path / "nii_devices.json", "[]")
    deliver(home, tmp_path / "item_taxes.json", "[]")
    assert [batch["entity"] for batch in raw.batches(home)] == ["nii_devices", "item_taxes"]


def test_entity_from_the_name(home: Home, tmp_path: Path):
    known = entities()["cdps"]
    for name, entity in {
        "declarations_202601.csv": "declarations",
        "Declaration-Items 2026.CSV": "declaration_items",
        "x_cargo_manifests.json.gz": "cargo_manifests",
    }.items():
        assert load._entity_of(Path(name), known) == entity


def test_torn_last_line_of_the_log_is_repaired(home: Home, tmp_path: Path):
    deliver(home, tmp_path / "nii_devices_1.csv", as_csv())
    with home.load_log.open("a") as log:
        log.write('{"sequence": 2, "sour')
    assert len(raw.batches(home)) == 1, "what was never finished is no entry"
    deliver(home, tmp_path / "nii_devices_2.csv", as_csv().replace("D1", "D5"))
    log = [json.loads(line) for line in home.load_log.read_text().splitlines()]
    assert [entry["sequence"] for entry in log] == [1, 2]
    home.load_log.write_text("broken\n" + home.load_log.read_text())
    with pytest.raises(CrwError, match="line 1 of the load log"):
        raw.batches(home)


def test_batch_counts_once_its_record_and_its_log_entry_exist(
    home: Home, tmp_path: Path, monkeypatch
):
    """Killed before each of the last two steps, a load leaves nothing that counts."""
    file = tmp_path / "nii_devices.csv"
    for module, step in ((load, "write_json"), (raw, "append")):
        with monkeypatch.context() as patch:
            patch.setattr(module, step, lambda *_: (_ for _ in ()).throw(SystemExit("killed")))
            patch.setattr(raw, "clear", lambda *_: None)  # a killed run clears nothing
            with pytest.raises(SystemExit):
                deliver(home, file, as_csv())
        assert raw.batches(home) == []
    load.load(home, "cdps", [file])
    assert len(raw.batches(home)) == 1 and len(part(home)) == 4


def test_leftovers_of_a_killed_run_are_written_over(home: Home, tmp_path: Path):
    [batch] = deliver(home, tmp_path / "nii_devices.csv", as_csv() + "ragged\n")
    folder = home.raw / "cdps" / "nii_devices" / "part" / f"batch={batch['batch']}"
    whole = (folder / "part.parquet").read_bytes()
    (folder / "batch.json").unlink()
    (folder / "part.parquet").write_bytes(whole[:100])
    (folder / "part.parquet.tmp").write_bytes(b"half")
    load.load(home, "cdps", [tmp_path / "nii_devices.csv"])
    assert (folder / "part.parquet").read_bytes() == whole
    assert not (folder / "part.parquet.tmp").exists() and len(rejects(home)) == 1


def test_a_build_finds_typed_files_for_everything(home: Home, tmp_path: Path):
    raw.write_inputs(home, {})
    for source, found in entities().items():
        for entity in found.values():
            path = home.raw / source / entity.name / "part/batch=_empty/part.parquet"
            names = [column.name for column in entity.columns]
            assert pq.read_schema(path).names == [*names, "_batch", "_record", "_line"]
            assert pq.read_metadata(path).num_rows == 0
    deliver(home, tmp_path / "nii_devices.csv", as_csv() + "ragged\n")
    raw.write_inputs(home, {"cdps": date(2026, 6, 30)})
    batches = pq.read_table(home.inputs / "batches.parquet").to_pylist()
    assert [(b["records"], b["part_records"], b["reject_records"]) for b in batches] == [(5, 4, 1)]
    as_of = pq.read_table(home.inputs / "as_of.parquet").to_pylist()
    assert as_of == [{"source_system": "cdps", "as_of": date(2026, 6, 30)}]


def test_dropped_batch_leaves_its_counts_and_may_come_again(home: Home, tmp_path: Path):
    content = as_csv() + "ragged\n"
    [batch] = deliver(home, tmp_path / "nii_devices.csv", content)
    raw.drop(home, batch)
    assert raw.batches(home) == [] and part(home) == [] and rejects(home) == []
    last = json.loads(home.load_log.read_text().splitlines()[-1])
    assert last["records"] == 5 and last["reject_records"] == 1 and "dropped_at" in last
    [again] = deliver(home, tmp_path / "nii_devices.csv", content)
    assert again["new"] and len(raw.batches(home)) == 1


def test_real_files_are_taken_whole(home: Home, shared_data: Path):
    """Counts of the published files, held against DuckDB's own reader."""
    kcs = sorted((shared_data / "kcs_declarations").glob("declarations_*.csv"))
    cbp = sorted((shared_data / "cbp_seizures").glob("*.csv"))
    loaded = load.load(home, "kcs", kcs) + load.load(home, "cbp", cbp)
    for batch, file in zip(loaded, kcs + cbp, strict=True):
        rows = duckdb.sql(f"select * from read_csv('{file}', all_varchar = true)").fetchall()
        taken = part(home, batch["entity"], batch["source"])
        taken = [row for row in taken if row["_batch"] == batch["batch"]]
        assert [tuple(row[name] for name in batch["columns"]) for row in taken] == rows
    assert sum(batch["records"] for batch in loaded[:2]) == 45_519
    assert loaded[-1]["records"] == 22_559


CONTRACT = """
sources:
  - name: new
    config: {meta: {time_zone: Europe/Athens}}
    tables:
      - name: things
        config: {meta: {%s}}
        columns:
          - name: answer
            data_type: varchar
            config: {meta: {%s}}
"""
OWNER = "owner: clearance"


@pytest.mark.parametrize(
    ("table", "meta", "message"),
    [
        (OWNER, "requried: true", "things.answer has an unknown entry requried"),
        (OWNER, "allowed: [YES, NO]", "put quotes around it"),
        (OWNER, "allowed: [", "cannot be read"),
        ("events: []", "required: true", "things names no owner"),
    ],
)
def test_contract_with_a_slip_is_said_plainly(table: str, meta: str, message: str, tmp_path: Path):
    folder = tmp_path / "models/staging/new"
    folder.mkdir(parents=True)
    (folder / "_new__sources.yml").write_text(
        CONTRACT % (OWNER, 'allowed: ["YES", "NO"], key: true')
    )
    assert entities(tmp_path)["new"]["things"].key[0].allowed == ("YES", "NO")
    entities.cache_clear()
    (folder / "_new__sources.yml").write_text(CONTRACT % (table, meta))
    with pytest.raises(CrwError, match="cannot be read") as told:
        entities(tmp_path)
    assert message in str(told.value)


@pytest.mark.soak
def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    """Two million records, a quote in every line, in less than half a gigabyte."""
    file = tmp_path / "nii_devices.csv"
    with file.open("w") as out:
        out.write(DEVICES + "\n")
        for n in range(2_000_000):
            out.write(f'D{n},"Office, {n % 12}",2026-01-01,24,{n % 12}.5,0,{n}\n')
    script = """if True:
        import resource, sys
        from pathlib import Path
        from crw.home import Home
        from crw.load import load
        home, file = map(Path, sys.argv[1:])
        [batch] = load(Home.open(home), "cdps", [file])
        print(batch["part_records"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """
    command = [sys.executable, "-c", script, str(tmp_path / "home"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    records, kilobytes = map(int, done.stdout.split())
    assert records == 2_000_000 and kilobytes < 500_000


def test_device_helper_is_what_the_contract_wants():
    assert len(device(1).split(",")) == len(entities()["cdps"]["nii_devices"].columns)
