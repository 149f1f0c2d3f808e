"""Defects put into landing files after they are written, each with a row in the ledger.

Every defect is an extra record at the end of its file (or its good record, sent again), so the
truth stays whole: with defects or without, the accepted records are the same. What a record should
come to follows from the contract, and is written down in the words of the quarantine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

    @classmethod
    def read(cls, entity: Entity, path: Path) -> "Lines":
        header, *records = path.read_bytes().splitlines()
        return cls(entity, path, header.decode().split(","), records)

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


def ragged_line(lines: Lines, fields: Fields, good: int) -> Defect:
    return "ragged_line", lines.append(fields[: len(fields) // 2]), "", REJECTED, ""


def too_many_fields(lines: Lines, fields: Fields, good: int) -> Defect:
    return "too_many_fields", lines.append([*fields, "one", "more"]), "", REJECTED, ""


def unclosed_quote(lines: Lines, fields: Fields, good: int) -> Defect:
    wrong = list(fields)
    wrong[-1] = '"' + wrong[-1]
    return "unclosed_quote", lines.append(wrong), "", REJECTED, ""


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


KINDS: list[Callable[[Lines, Fields, int], Defect | None]] = [
    *(exact_duplicate, negative_amount, unknown_code, ragged_line, changed_redelivery),
    *(other_time_format, missing_required, orphan, bad_redelivery, impossible_order),
    *(unclosed_quote, other_date_format, too_many_fields),
]


class Injector:
    """Spreads the kinds of defects evenly over the files as they come."""

    def __init__(self, world: World, truth: Truth) -> None:
        self.world, self.truth = world, truth
        self.rate = world.settings["defect_rate"]
        self.turn = 0
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
            made = None
            # The next kind in turn that fits this entity.
            for _ in KINDS:
                made = KINDS[self.turn % len(KINDS)](lines, fields, int(good) + 1)
                self.turn += 1
                if made:
                    break
            if made:
                kind, record, key, outcome, reason = made
                ledger.append((kind, path.name, record, name, key, outcome, reason))
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
    path.write_bytes(path.read_bytes().decode().encode("latin-1"))
