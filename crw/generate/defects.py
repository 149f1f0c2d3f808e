"""Defects put into landing files after they are written, each with a row in the ledger.

Every defect is an extra record at the end of its file (or its good record, sent again), so the
truth stays whole: with defects or without, the accepted records are the same. What a record should
come to follows from the contract, and is written down in the words of the quarantine.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from crw.contract import Column, Entity, find
from crw.generate.world import World
from crw.generate.write import SOURCE, Truth

Fields = list[str]
SUPERSEDED, QUARANTINED, REJECTED = "superseded", "quarantined", "rejected"
SCHEMA = pa.schema(
    [
        ("defect", pa.string()),
        ("file", pa.string()),
        ("record", pa.int64()),
        ("entity", pa.string()),
        ("key", pa.string()),
        ("expected_outcome", pa.string()),
        ("expected_reason", pa.string()),
    ]
)


@dataclass
class Lines:
    """The records of a landing file without quotes, so that a line is a record."""

    entity: Entity
    path: Path
    header: Fields
    records: list[bytes]
    is_ascii: bool = False

    @classmethod
    def read(cls, entity: Entity, path: Path) -> "Lines":
        content = path.read_bytes()
        header, *records = content.splitlines()
        return cls(entity, path, header.decode().split(","), records, content.isascii())

    def fields(self, at: int) -> Fields:
        return self.records[at].decode().split(",")

    def append(self, fields: Fields) -> int:
        self.records.append(",".join(fields).encode())
        return len(self.records)

    def at(self, column: Column) -> int:
        return self.header.index(column.name)

    def key(self, fields: Fields) -> str:
        return "|".join(fields[self.at(column)] for column in self.entity.key)

    def write(self) -> None:
        lines = [",".join(self.header).encode(), *self.records]
        self.path.write_bytes(b"\n".join(lines) + b"\n")


Defect = tuple[str, int, str, str, str]  # kind, record, key, outcome, reason


def _stranger(lines: Lines, fields: Fields) -> Fields:
    """The same record under a key nobody has."""
    fields = list(fields)
    column = lines.entity.key[-1]
    at = lines.at(column)
    if column.data_type == "integer":
        fields[at] = str(int(fields[at]) + 900)
    elif column.data_type == "date":
        fields[at] = "1999-12-31"
    elif column.allowed:
        fields[at] = next(v for v in reversed(column.allowed) if v != fields[at])
    else:
        fields[at] += "Z"
    return fields


def exact_duplicate(lines: Lines, fields: Fields, good: int) -> Defect:
    lines.append(fields)
    return "exact_duplicate", good, lines.key(fields), SUPERSEDED, ""


def changed_redelivery(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """The record came wrong first, and right later in the same file."""
    amounts = [c for c in _plain(lines) if c.data_type.startswith("decimal") and c.max is None]
    filled = [c for c in amounts if fields[lines.at(c)]]
    if not filled:
        return None
    wrong = list(fields)
    wrong[lines.at(filled[0])] = "7.77"
    lines.records[good - 1] = ",".join(wrong).encode()
    lines.append(fields)
    return "changed_redelivery", good, lines.key(fields), SUPERSEDED, ""


def bad_redelivery(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """A good record sent again, broken: the good one stands."""
    found = _negative(lines, fields)
    if not found:
        return None
    wrong, reason = found
    return "bad_redelivery", lines.append(wrong), lines.key(fields), QUARANTINED, reason


def negative_amount(lines: Lines, fields: Fields, good: int) -> Defect | None:
    found = _negative(lines, _stranger(lines, fields))
    if not found:
        return None
    wrong, reason = found
    return "negative_amount", lines.append(wrong), lines.key(wrong), QUARANTINED, reason


def _negative(lines: Lines, fields: Fields) -> tuple[Fields, str] | None:
    bounded = [c for c in _plain(lines) if c.min == 0 and fields[lines.at(c)]]
    if not bounded:
        return None
    wrong = list(fields)
    wrong[lines.at(bounded[0])] = "-12"
    return wrong, f"{bounded[0].name}: below 0"


def unknown_code(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set(
        lines, fields, "unknown_code", [c for c in _plain(lines) if c.allowed], "XX",
        "not an allowed value",
    )  # fmt: skip


def other_time_format(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.data_type == "timestamp" and c.required]
    return _set(lines, fields, "other_time_format", columns, "31/12/2025 14:00", "not a timestamp")


def other_date_format(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.data_type == "date"]
    return _set(lines, fields, "other_date_format", columns, "31.12.2025", "not a date")


def missing_required(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.required]
    return _set(lines, fields, "missing_required", columns, "", "missing")


def impossible_order(lines: Lines, fields: Fields, good: int) -> Defect | None:
    for column in _plain(lines):
        if column.not_before and column.data_type == "timestamp" and fields[lines.at(column)]:
            early = "2001-01-01T00:00:00"
            reason = f"before {column.not_before}"
            return _set(lines, fields, "impossible_order", [column], early, reason)
    return None


def orphan(lines: Lines, fields: Fields, good: int) -> Defect | None:
    for parent, names in lines.entity.parents.items():
        wrong = list(fields)
        wrong[lines.header.index(names[0])] += "Z"
        shown = ", ".join(names)
        reason = f"{shown}: no accepted {parent} with this {shown}"
        return "orphan", lines.append(wrong), lines.key(wrong), QUARANTINED, reason
    return None


def blank_required(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.required]
    return _set(lines, fields, "blank_required", columns, "   ", "missing")


def wrong_form(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.pattern]
    return _set(lines, fields, "wrong_form", columns, "Germany", "not in the form required")


def not_a_boolean(lines: Lines, fields: Fields, good: int) -> Defect | None:
    columns = [c for c in _plain(lines) if c.data_type == "boolean"]
    return _set(lines, fields, "not_a_boolean", columns, "maybe", "not a boolean")


def decimal_comma(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set(lines, fields, "decimal_comma", _decimals(lines), '"12,5"', "not a decimal")


def thousands_mark(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set(lines, fields, "thousands_mark", _decimals(lines), "1 234.50", "not a decimal")


def impossible_date(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """A 30th of February."""
    for column in _plain(lines):
        if column.data_type in ("timestamp", "date") and column.required:
            day = "2026-02-30" + "T10:00:00" * (column.data_type == "timestamp")
            why = f"not a {column.data_type}"
            return _set(lines, fields, "impossible_date", [column], day, why)
    return None


def unit_slip(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """A figure in thousandths of its unit, over what it can be."""
    for column in _decimals(lines):
        value = fields[lines.at(column)]
        if column.max is None or not value:
            continue
        slipped = 1000 * float(value)
        precision, scale = map(int, re.findall(r"\d+", column.data_type))
        if column.max < slipped < 10 ** (precision - scale):
            why = f"above {column.max}"
            return _set(lines, fields, "unit_slip", [column], f"{slipped:.{scale}f}", why)
    return None


def swapped_columns(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """Two neighbours that took each other's place, so that one of them is wrong."""
    plain = list(_plain(lines))
    for left, right in pairwise(plain):
        wrong = _stranger(lines, fields)
        first, second = wrong[lines.at(left)], wrong[lines.at(right)]
        why = _breaks(left, second)
        if first and second and why:
            wrong[lines.at(left)], wrong[lines.at(right)] = second, first
            reason = f"{left.name}: {why}"
            return "swapped_columns", lines.append(wrong), lines.key(wrong), QUARANTINED, reason
    return None


def repeated_header(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """Files glued together, with the first line of the second."""
    for column in lines.entity.columns:
        if why := _breaks(column, column.name):
            record, key = lines.append(lines.header), lines.key(lines.header)
            return "repeated_header", record, key, QUARANTINED, f"{column.name}: {why}"
    return None


def unreadable_key(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set_key(lines, fields, "unreadable_key", "integer", "two", "not an integer")


def zero_version(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set_key(lines, fields, "zero_version", "integer", "0", "below 1")


def missing_key(lines: Lines, fields: Fields, good: int) -> Defect | None:
    return _set_key(lines, fields, "missing_key", "varchar", "", "missing")


def ragged_line(lines: Lines, fields: Fields, good: int) -> Defect:
    short = fields[: len(fields) // 2]
    return "ragged_line", lines.append(short), "", REJECTED, f"{len(short)} columns where"


def too_many_fields(lines: Lines, fields: Fields, good: int) -> Defect:
    long = [*fields, "one", "more"]
    return "too_many_fields", lines.append(long), "", REJECTED, f"{len(long)} columns where"


def unclosed_quote(lines: Lines, fields: Fields, good: int) -> Defect:
    record = lines.append([*fields[:-1], '"' + fields[-1]])
    return "unclosed_quote", record, "", REJECTED, "a quote is not closed"


def text_after_quote(lines: Lines, fields: Fields, good: int) -> Defect:
    record = lines.append([*fields[:-1], '"a"b'])
    return "text_after_quote", record, "", REJECTED, "text after a closing quote"


def nul_byte(lines: Lines, fields: Fields, good: int) -> Defect:
    record = lines.append([*fields[:-1], fields[-1] + "\0"])
    return "nul_byte", record, "", REJECTED, "a NUL byte"


def bytes_of_no_text(lines: Lines, fields: Fields, good: int) -> Defect | None:
    """A byte that is a character neither in UTF-8 nor in Latin-1. Only where all others are plain,
    so that the encoding of the file stays what it is.
    """
    if not lines.is_ascii:
        return None
    lines.records.append(",".join(fields).encode() + b"\x81")
    return "bytes_of_no_text", len(lines.records), "", REJECTED, "bytes that are not"


def _breaks(column: Column, value: str) -> str:
    """Why a text breaks the contract of a column, in the words of the quarantine; empty if not."""
    number = re.fullmatch(r"[-+]?[0-9]+(\.[0-9]*)?", value)
    if column.data_type in ("timestamp", "date") and not re.match(r"\d{4}-\d{2}-\d{2}", value):
        return f"not a {column.data_type}"
    if column.data_type == "integer" and not number:
        return "not an integer"
    if column.data_type.startswith("decimal") and not number:
        return "not a decimal"
    if column.allowed and value not in column.allowed:
        return "not an allowed value"
    if column.pattern and not re.fullmatch(column.pattern, value):
        return "not in the form required"
    return ""


def _decimals(lines: Lines) -> list[Column]:
    return [c for c in _plain(lines) if c.data_type.startswith("decimal")]


def _plain(lines: Lines) -> Iterator[Column]:
    """Columns that are no part of the key."""
    return (column for column in lines.entity.columns if not column.key)


def _set(
    lines: Lines, fields: Fields, kind: str, columns: list[Column], value: str, why: str
) -> Defect | None:
    columns = [c for c in columns if fields[lines.at(c)]]
    if not columns:
        return None
    wrong = _stranger(lines, fields)
    wrong[lines.at(columns[0])] = value
    reason = f"{columns[0].name}: {why}"
    return kind, lines.append(wrong), lines.key(wrong), QUARANTINED, reason


def _set_key(
    lines: Lines, fields: Fields, kind: str, data_type: str, value: str, why: str
) -> Defect | None:
    columns = [c for c in lines.entity.key if c.data_type == data_type]
    return _set(lines, fields, kind, columns, value, why)


KINDS: list[Callable[[Lines, Fields, int], Defect | None]] = [
    *(exact_duplicate, negative_amount, unknown_code, ragged_line, changed_redelivery),
    *(other_time_format, missing_required, orphan, bad_redelivery, impossible_order),
    *(unclosed_quote, other_date_format, too_many_fields, swapped_columns, decimal_comma),
    *(unit_slip, impossible_date, unreadable_key, nul_byte, bytes_of_no_text, wrong_form),
    *(thousands_mark, not_a_boolean, missing_key, repeated_header, blank_required),
    *(zero_version, text_after_quote),
]


class Injector:
    """Spreads the kinds of defects evenly over the files as they come."""

    def __init__(self, world: World, truth: Truth) -> None:
        self.world, self.truth = world, truth
        self.rate = world.settings["defect_rate"]
        self.made: Counter[str] = Counter()
        self.total = 0

    def into(self, name: str, path: Path) -> None:
        """Some defects into a file that holds no quotes; each a row of the ledger."""
        lines = Lines.read(find(SOURCE, name), path)
        rng = self.world.random(f"defects of {path.name}")
        wanted = int(len(lines.records) * self.rate + rng.random())
        plain = len(lines.records)
        at = rng.choice(plain, min(wanted, plain), replace=False) if plain else []
        ledger = []
        for good in at:
            fields = lines.fields(good)
            # The kind seen least so far of those that fit this entity.
            for make in sorted(KINDS, key=lambda kind: self.made[kind.__name__]):
                if made := make(lines, fields, int(good) + 1):
                    kind, record, key, outcome, reason = made
                    ledger.append((kind, path.name, record, name, key, outcome, reason))
                    self.made[kind] += 1
                    break
        if ledger:
            lines.write()
            self.note(ledger)

    def redelivery(self, name: str, path: Path) -> None:
        """A second, later file that repeats the first records of a file to the letter."""
        lines = Lines.read(find(SOURCE, name), path)
        count = min(len(lines.records), 2 + len(lines.records) // 100)
        later = path.with_name(f"{path.stem}_redelivery.csv")
        Lines(lines.entity, later, lines.header, lines.records[:count]).write()
        keys = [lines.key(lines.fields(at)) for at in range(count)]
        self.note(
            [
                ("redelivered_file", path.name, at + 1, name, key, SUPERSEDED, "")
                for at, key in enumerate(keys)
            ]
        )

    def note(self, ledger: list[tuple]) -> None:
        self.total += len(ledger)
        self.truth.write("defects", pa.Table.from_arrays(_columns(ledger), schema=SCHEMA))


def _columns(ledger: list[tuple]) -> list[pa.Array]:
    values = list(zip(*ledger, strict=True))
    return [pa.array(v, t) for v, t in zip(values, SCHEMA.types, strict=True)]


def to_latin1(path: Path) -> None:
    """A file of a system that never heard of UTF-8."""
    text = path.read_bytes().decode(errors="surrogateescape")
    path.write_bytes(text.encode("latin-1", errors="surrogateescape"))
