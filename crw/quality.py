"""The steward's worklist: what was refused and still waits to be mended, for those who can mend it.

One spreadsheet for each source and owner. It shows what was received, names included, so it is
written for its owner's eyes only, and every export is noted in the vault.
"""

import json
import os
from collections import Counter
from itertools import groupby
from pathlib import Path

import duckdb
import xlsxwriter

from crw import console, contract, raw, vault
from crw.build import built
from crw.errors import CrwError
from crw.home import Home, read_json, sync

_ROWS = 1_000_000  # what a sheet of a spreadsheet holds, rounded down
_LETTERS = 32_000  # and a cell of it
_COLUMNS = {
    "entity": 20,
    "file": 36,
    "record": 9,
    "line": 9,
    "field": 24,
    "value": 28,
    "reason": 30,
    "what to do": 70,
    "record as received": 70,
    "batch": 20,
}
_OPEN = """
    select source_system, owner, entity, batch, file, record_number, line_number, field, reason,
        explanation
    from quality_quarantine
    where is_open and ($source is null or source_system = $source)
    order by all
"""


def export(home: Home, out: Path, source: str | None = None) -> None:
    """Write the worklists of the last build; a list that is empty is a file that goes."""
    if source is not None:
        contract.find(source)
    built(home)
    with duckdb.connect(home.warehouse, read_only=True) as warehouse:
        found = warehouse.execute(_OPEN, {"source": source})
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    told = []
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, path in _lists(out, source).items():
            mine = [row for row in rows if (row["source_system"], row["owner"]) == name]
            if mine:
                _write(path, list(_received(home, mine)), mine)
                _note(home, path, name, len(mine))
                records = {(row["entity"], row["batch"], row["record_number"]) for row in mine}
                told.append([*name, len(records), len(mine), path.name])
            else:
                path.unlink(missing_ok=True)
    except OSError as problem:
        raise CrwError(
            f"the worklists cannot be written to {out}: {problem.strerror}", "give another --out"
        ) from problem
    columns = ("source", "owner", "records", "reasons", "file")
    console.err.print(console.table(f"To mend, in {out}", columns, told))
    console.err.print("they show what was received, names included: hand them to their owners only")


def _lists(out: Path, source: str | None) -> dict[tuple[str, str], Path]:
    """Every worklist there may be: one for each source and owner that the contracts name."""
    names = sorted(
        {
            (entity.source, entity.owner)
            for tables in contract.entities().values()
            for entity in tables.values()
            if source in (None, entity.source)
        }
    )
    return {name: out / f"worklist_{name[0]}_{name[1]}.xlsx" for name in names}


def _received(home: Home, rows: list[dict]):
    """The lines of a worklist: each reason with the value that gave it and the whole record."""

    def place(row: dict) -> tuple:
        return row["entity"], row["batch"]

    for (entity, batch), reasons in groupby(sorted(rows, key=place), key=place):
        reasons = list(reasons)
        about = {"source": rows[0]["source_system"], "entity": entity, "batch": batch}
        records = _records(home, about, {row["record_number"] for row in reasons})
        for row in reasons:
            record = records.get(row["record_number"], "")
            yield [
                entity,
                row["file"],
                row["record_number"],
                row["line_number"],
                row["field"] or "",
                _value(record, row["field"]),
                row["reason"],
                row["explanation"],
                record if isinstance(record, str) else json.dumps(record, ensure_ascii=False),
                batch,
            ]


def _records(home: Home, about: dict, numbers: set[int]) -> dict[int, dict[str, str] | str]:
    """Records of a batch by number: fields as received, or the text where they had none."""
    part = raw.folder(home, about, "part")
    found: dict[int, dict[str, str] | str] = {}
    originals = _originals(home, about)
    for record in _read(part / "part.parquet", numbers):
        number = record["_record"]
        fields = {name: text for name, text in record.items() if not name.startswith("_") and text}
        found[number] = {name: originals.get((name, text), text) for name, text in fields.items()}
    encoding = (read_json(part / "batch.json") or {}).get("encoding") or "utf-8"
    kept = (
        raw.folder(home, about, "rejects") / "part.parquet",
        raw.vault(home, about) / "rejects.parquet",
    )
    for path in kept:
        for record in _read(path, numbers):
            if record["original"] is not None:
                found[record["_record"]] = record["original"].decode(encoding, errors="replace")
    return found


def _originals(home: Home, about: dict) -> dict[tuple[str, str], str]:
    path = raw.vault(home, about) / "originals.parquet"
    if not path.exists():
        return {}
    with duckdb.connect() as memory:
        rows = memory.execute(
            "select field, pseudonym, original from read_parquet(?)", [str(path)]
        ).fetchall()
    return {(field, pseudonym): original for field, pseudonym, original in rows}


def _read(path: Path, numbers: set[int]) -> list[dict]:
    if not path.exists():
        return []
    with duckdb.connect() as memory:
        found = memory.execute(
            "select * from read_parquet($path, hive_partitioning = false)"
            " where list_contains($numbers, _record)",
            {"path": str(path), "numbers": sorted(numbers)},
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _value(record: dict[str, str] | str, field: str | None) -> str:
    """What stood in the field; of several, one after the other, an empty one as nothing."""
    if field is None or isinstance(record, str):
        return ""
    return ", ".join(record.get(name, "") for name in field.split(", "))


def _write(path: Path, lines: list[list], rows: list[dict]) -> None:
    """The spreadsheet, whole or not at all, readable by whoever ran the command only."""
    unfinished = path.with_name(f".{path.name}.tmp")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    # Texts are texts: a value such as `=1+1` must not be calculated.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(unfinished, options) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        counts = Counter((row["entity"], row["reason"], row["explanation"]) for row in rows)
        summary = book.add_worksheet("Summary")
        summary.set_column(0, 1, 30, wrapped)
        summary.set_column(3, 3, 90, wrapped)
        summary.write_row(0, 0, ("entity", "reason", "times", "what to do"), bold)
        for i, ((entity, reason, what), times) in enumerate(counts.most_common(), 1):
            summary.write_row(i, 0, (entity, reason, times, what))
        if len(lines) > _ROWS:
            told = f"Only the first {_ROWS:,} of {len(lines):,} lines fit the next sheet."
            summary.write_string(len(counts) + 2, 0, told, bold)
        sheet = book.add_worksheet("To mend")
        for i, width in enumerate(_COLUMNS.values()):
            sheet.set_column(i, i, width, wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, min(len(lines), _ROWS), len(_COLUMNS) - 1)
        sheet.write_row(0, 0, _COLUMNS, bold)
        for i, line in enumerate(lines[:_ROWS], 1):
            for j, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(i, j, value[:_LETTERS])
                elif value is not None:
                    sheet.write_number(i, j, value)
    sync(unfinished)
    unfinished.replace(path)


def _note(home: Home, path: Path, name: tuple[str, str], reasons: int) -> None:
    """Who took which originals out, when: kept beside what they were taken from."""
    entry = {
        "command": "quality export",
        "source": name[0],
        "owner": name[1],
        "reasons": reasons,
        "file": str(path.resolve()),
    }
    vault.note(home, entry)
