"""Readers of landing files: bytes as delivered into tables of text, and what cannot be split apart.

A file is read twice. `look` learns what it is (format, encoding, columns, hash of the content);
`chunks` streams it as tables of text with the number and the line of each record, together with
the records that could not be split into columns. Why not DuckDB for all of it: decision 0010.
"""

import bisect
import codecs
import csv
import glob
import gzip
import hashlib
import itertools
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from crw.errors import CrwError

BLOCK = 16 << 20
LONGEST_RECORD = 64 << 20
LONGEST_HEADER = 1 << 20
DELIMITERS = ",;\t"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Advance = Callable[[int], None]


class Reject(NamedTuple):
    """A record that could not be split into columns. The reason never quotes the record."""

    record: int
    line: int
    line_to: int
    reason: str
    original: bytes


class Chunk(NamedTuple):
    """Records in the order of the file: all columns text, then `_record` and `_line`."""

    table: pa.Table
    rejects: list[Reject]


@dataclass(frozen=True)
class Delivery:
    """What a first look at a file tells."""

    path: Path
    format: str
    compression: str | None
    encoding: str | None
    delimiter: str | None
    columns: tuple[str, ...]
    sha256: str
    size_bytes: int


def look(path: Path, wanted: frozenset[str], advance: Advance) -> Delivery:
    """Format, encoding, columns and hash, by content: a file's name proves nothing.

    `wanted` are the columns of the contract; they decide between the delimiters.
    """
    digest, size, head, sizing = hashlib.sha256(), 0, b"", _Encoding()
    for block in _blocks(path, advance):
        digest.update(block)
        size += len(block)
        head = head or block
        sizing.feed(block)
    if not head.strip():
        raise CrwError(f"{path.name} is empty", "ask for the file again, or leave it out")
    compression = "gzip" if _is_gzip(path) else None
    known = dict(path=path, compression=compression, sha256=digest.hexdigest(), size_bytes=size)
    if head.startswith(b"PAR1"):
        if compression:
            raise CrwError(
                f"{path.name} is Parquet inside gzip", "unpack it: Parquet compresses itself"
            )
        return Delivery(
            **known, format="parquet", encoding=None, delimiter=None, columns=_names(path)
        )
    if head.startswith(b"PK\x03\x04"):
        raise CrwError(f"{path.name} is a ZIP archive or an Excel workbook", "unpack or export it")
    if head.startswith(UTF16) or b"\0" in head.split(b"\n", 1)[0]:
        raise CrwError(
            f"{path.name} is not text in UTF-8 or Latin-1: its first line holds NUL bytes",
            "a file in UTF-16 must be saved as UTF-8 first",
        )
    known["encoding"] = sizing.verdict()
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:1] in (b"{", b"["):
        format = "json lines" if start[:1] == b"{" else "json"
        found = _Json(path, format, known["encoding"], lambda done: None)
        return Delivery(**known, format=format, delimiter=None, columns=found.names())
    delimiter, columns = _header(path.name, head, known["encoding"], wanted)
    return Delivery(**known, format="csv", delimiter=delimiter, columns=columns)


def chunks(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
    """The records of a file, streamed in bounded memory."""
    if delivery.format == "parquet":
        return _parquet(delivery, advance)
    if delivery.format == "csv":
        return _Csv(delivery, advance).chunks()
    return _Json(delivery.path, delivery.format, delivery.encoding, advance).chunks(
        delivery.columns
    )


# Bytes ------------------------------------------------------------------------------------------


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _blocks(path: Path, advance: Advance) -> Iterator[bytes]:
    """The uncompressed content; `advance` hears of the bytes taken from the disk."""
    packed, done = _is_gzip(path), 0
    with path.open("rb") as disk:
        file = gzip.GzipFile(fileobj=disk) if packed else disk
        while True:
            try:
                block = file.read(BLOCK)
            except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
                raise CrwError(
                    f"{path.name} is a damaged or truncated gzip file", "ask for it again"
                ) from problem
            if not block:
                return
            yield block
            advance(disk.tell() - done)
            done = disk.tell()


class _Encoding:
    """Tells UTF-8 from Latin-1 while the blocks pass by."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.broken = self.multibyte = 0

    def feed(self, block: bytes) -> None:
        if not block.isascii():
            text = self.decoder.decode(block)
            self.broken += text.count("\ufffd")
            self.multibyte += len(block) - len(text)

    def verdict(self) -> str:
        """Broken bytes among good UTF-8 are broken records. Broken bytes alone are Latin-1, read
        as its superset Windows-1252, as browsers do: the bytes it adds are no text in Latin-1.
        """
        return "utf-8" if self.broken <= self.multibyte else "windows-1252"


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# CSV --------------------------------------------------------------------------------------------


class _Grammar:
    """Records of a delimited file as regular expressions, possessive so that they stay linear."""

    def __init__(self, delimiter: str, columns: int = 1) -> None:
        d = re.escape(delimiter.encode())
        end = rb"\r?+(?:\n|\Z)"

        def quoted(without: bytes = b"") -> bytes:
            return rb'"[^"%s]*+(?:""[^"%s]*+)*+"' % (without, without)

        def bare(without: bytes = rb"\r\n") -> bytes:
            return rb'[^"%s%s][^%s%s]*+' % (d, without, d, without)

        def some(*fields: bytes, times: bytes = b"*+") -> bytes:
            field = rb"(?:%s)?+" % rb"|".join(fields)
            return rb"%s(?:%s%s)%s" % (field, d, field, times)

        exactly = b"{%d}" % (columns - 1)
        sure = rb"(?!\r?\n)" + some(quoted(rb"\r\n\0"), bare(rb"\r\n\0")) + rb"\r?+\n"
        strict = rb'[^"%s\r\n]++' % d
        self.record = re.compile(some(quoted(), bare()) + end)
        self.record_with_all = re.compile(some(quoted(), bare(), times=exactly) + end)
        self.unclosed = re.compile(
            rb'(?:(?:%s|%s)?+%s)*+"[^"]*+(?:""[^"]*+)*+\Z' % (quoted(), bare(), d)
        )
        # Lines that are a record each, whatever stands around them; blank ones left out.
        self.sure_lines = re.compile(rb"(?:%s)*+" % sure)
        # A record with all its columns and no doubt about any quote; the same on one line.
        self.certain = re.compile(some(quoted(), strict, times=exactly) + end)
        self.certain_line = re.compile(some(quoted(rb"\r\n"), strict, times=exactly) + end)


def _header(
    name: str, head: bytes, encoding: str, wanted: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """Delimiter and columns: the delimiter under which most columns of the contract appear."""
    head = head[:LONGEST_HEADER].removeprefix(codecs.BOM_UTF8)
    if b"\r" in head and b"\n" not in head:
        raise CrwError(
            f"{name} has lines that end in a carriage return alone", "save it with LF or CRLF"
        )
    best = (",", ())
    for delimiter in DELIMITERS:
        match = _Grammar(delimiter).record.match(head)
        if match is None:
            continue
        text = match.group().decode(encoding, errors="replace").rstrip("\r\n")
        columns = tuple(next(csv.reader([text], delimiter=delimiter), ()))
        if len(wanted & set(columns)) > len(wanted & set(best[1])) or not best[1]:
            best = (delimiter, columns)
    return best


class _Span:
    """Well-formed records of one block, gathered for one call of the parser."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.records: list[np.ndarray] = []
        self.lines: list[np.ndarray] = []

    def add(self, piece: bytes, record: int, line: int, count: int) -> None:
        self.pieces.append(piece)
        self.records.append(np.arange(record, record + count))
        self.lines.append(np.arange(line, line + count))


class _Csv:
    """A delimited file. Lines without a quote go to the parser as they stand, thousands at a time;
    only the others are looked at one by one, so that a broken quote costs its own line and no more.
    """

    def __init__(self, delivery: Delivery, advance: Advance) -> None:
        self.delivery = delivery
        self.advance = advance
        self.encoding = delivery.encoding
        self.columns = list(delivery.columns)
        self.grammar = _Grammar(delivery.delimiter, len(self.columns))
        self.record = 1
        self.line = 1

    def chunks(self) -> Iterator[Chunk]:
        data, started = b"", False
        blocks = _blocks(self.delivery.path, self.advance)
        final = False
        while not final:
            block = next(blocks, b"")
            final = not block
            data += block
            if not started:
                data, started = self._skip_header(data), True
            end = len(data) if final else data.rfind(b"\n") + 1
            chunk, used = self._split(data, end, final)
            data = data[used:]
            if not end and len(data) > LONGEST_RECORD:
                raise CrwError(
                    f"{self.delivery.path.name} has a record of more than {LONGEST_RECORD >> 20} MB"
                    f" at line {self.line:,}",
                    "it is hardly a table of text: ask for the file again",
                )
            yield chunk

    def _skip_header(self, data: bytes) -> bytes:
        data = data.removeprefix(codecs.BOM_UTF8)
        header = self.grammar.record.match(data).group()
        self.line += header.count(b"\n")
        return data[len(header) :]

    def _split(self, data: bytes, end: int, final: bool) -> tuple[Chunk, int]:
        """The records of data[:end], and how far they reach: an open quote waits for more."""
        span, rejects, at = _Span(), [], 0
        sound = _is_sound(data) and _is_text(data[:end], self.encoding)
        broken = [] if sound else [*_broken_lines(data[:end], self.encoding), end]
        while at < end:
            if sound:
                stop = end
            else:
                sure = broken[bisect.bisect_left(broken, at)]
                stop = self.grammar.sure_lines.match(data, at, sure).end()
            if stop > at:
                raw = data[at:stop]
                lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
                span.add(raw, self.record, self.line, lines)
                self.record += lines
            else:
                stop, reason = self._one(data, at, end, final)
                if stop is None:
                    break
                raw = data[at:stop]
                lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
                if reason:
                    last = self.line + lines - 1
                    original = raw.removesuffix(b"\n").removesuffix(b"\r")
                    rejects.append(Reject(self.record, self.line, last, reason, original))
                elif raw.strip(b"\r\n"):
                    span.add(raw, self.record, self.line, 1)
                self.record += bool(raw.strip(b"\r\n"))  # a blank line is no record
            self.line += lines
            at = stop
        return self._parse(span, rejects), at

    def _one(self, data: bytes, start: int, end: int, final: bool) -> tuple[int | None, str]:
        """End of the record at `start` and, where it can't be split, why. None: more data needed.

        A quote that is never closed would swallow the records after it. So a field goes on over
        the next line only while no line in it is a record by itself.
        """
        grammar = self.grammar
        waits = not final and end - start < LONGEST_RECORD
        first = data.find(b"\n", start, end) + 1 or end
        match = grammar.record.match(data, start, end)
        if match:
            stop = match.end()
            whole = grammar.record_with_all.match(data, start, end)
            inner = grammar.certain_line if whole else grammar.certain
            if self._any_line(inner, data, first, stop, end):
                return first, "a quote is not closed"
            if waits and not whole and self._any_line(grammar.unclosed, data, first, stop, end):
                return None, ""
            raw = data[start:stop]
            if b"\0" in raw:
                return stop, "a NUL byte"
            if not _is_text(raw, self.encoding):
                return stop, f"bytes that are not {self.encoding}"
            return stop, ""
        if not grammar.unclosed.match(data, start, first):
            stray = b"\r" in data[start:first].rstrip(b"\r\n")
            return first, "a stray carriage return" if stray else "text after a closing quote"
        if (
            waits
            and grammar.unclosed.match(data, start, end)
            and not self._any_line(grammar.certain_line, data, first, end, end)
        ):
            return None, ""
        return first, "a quote is not closed"

    @staticmethod
    def _any_line(pattern: re.Pattern, data: bytes, first: int, last: int, end: int) -> bool:
        """Whether the pattern fits at the start of one of the lines from `first` to `last`."""
        while first < last:
            if pattern.match(data, first, end):
                return True
            first = data.find(b"\n", first, last) + 1 or last
        return False

    def _parse(self, span: _Span, rejects: list[Reject]) -> Chunk:
        records = np.concatenate(span.records) if span.records else np.empty(0, np.int64)
        lines = np.concatenate(span.lines) if span.lines else np.empty(0, np.int64)
        ragged = []

        def note(row: pa.csv.InvalidRow) -> str:
            i = row.number - 1
            ragged.append(i)
            reason = f"{row.actual_columns} columns where the header has {row.expected_columns}"
            last = int(lines[i]) + row.text.count("\n")
            original = row.text.encode(self.encoding)
            rejects.append(Reject(int(records[i]), int(lines[i]), last, reason, original))
            return "skip"

        table = pa.table({name: pa.array([], pa.string()) for name in self.columns})
        if content := b"".join(span.pieces):
            if self.encoding != "utf-8":
                content = content.decode(self.encoding).encode()
            table = pa.csv.read_csv(
                pa.BufferReader(content),
                # one block, one thread: only so are the rows numbered
                pa.csv.ReadOptions(
                    use_threads=False, block_size=len(content) + 1, column_names=self.columns
                ),
                pa.csv.ParseOptions(
                    delimiter=self.delivery.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=note,
                ),
                # missing (nothing between delimiters) is null, quoted-empty is ''
                pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    null_values=[""],
                ),
            )
        table = table.append_column("_record", pa.array(np.delete(records, ragged)))
        table = table.append_column("_line", pa.array(np.delete(lines, ragged)))
        return Chunk(table, sorted(rejects))


def _broken_lines(data: bytes, encoding: str) -> Iterator[int]:
    """Where the lines start that hold bytes which are no text."""
    at = 0
    if not data.isascii() and not _is_text(data, encoding):
        for line in data.splitlines(keepends=True):
            if not _is_text(line, encoding):
                yield at
            at += len(line)


def _is_sound(data: bytes) -> bool:
    """Whether each line is a record, told by a few fast scans: no quote, no NUL, no stray
    carriage return, no blank line.
    """
    return not (
        b'"' in data
        or b"\0" in data
        or b"\n\n" in data
        or b"\n\r\n" in data
        or data.startswith((b"\n", b"\r\n"))
        or data.count(b"\r") != data.count(b"\r\n")
    )


# JSON -------------------------------------------------------------------------------------------


class _Unreadable(ValueError):
    """Why a JSON value is no record, in words that never quote it."""


_TWICE = object()


def _unique(pairs: list[tuple[str, object]]) -> object:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _TWICE


def _text(value: object) -> str | None:
    """A JSON value as the text it was written in; lists of plain values as the contract does."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(value)
    if not isinstance(value, str):
        try:
            return json.dumps(value, ensure_ascii=False)
        except TypeError as problem:
            raise _Unreadable("a name stands twice in one object") from problem
    if "\0" in value:
        raise _Unreadable("a NUL byte")
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        raise _Unreadable("half of a surrogate pair, which is no character") from problem
    return value


class _Element(NamedTuple):
    """One value of a JSON file; `reason` says why there is none."""

    line: int
    original: bytes
    value: object
    reason: str = ""


class _Json:
    """JSON lines, or one array of objects. Numbers keep the text they were written in."""

    def __init__(self, path: Path, format: str, encoding: str, advance: Advance) -> None:
        if encoding != "utf-8":
            raise CrwError(f"{path.name} is JSON, but not UTF-8", "save it so")
        self.path = path
        self.advance = advance
        self.elements = self._lines if format == "json lines" else self._array
        self.json = json.JSONDecoder(
            object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=str
        )

    def names(self) -> tuple[str, ...]:
        """All names of all records, in the order they appear."""
        found: dict[str, None] = {}
        elements = objects = 0
        for element in self.elements():
            elements += 1
            if isinstance(element.value, dict):
                objects += 1
                found.update(dict.fromkeys(element.value))
        if elements and not objects:
            raise CrwError(
                f"{self.path.name} starts like JSON but holds no record",
                "expected is one object per line, or one array of objects",
            )
        return tuple(found)

    def chunks(self, columns: tuple[str, ...]) -> Iterator[Chunk]:
        numbered = enumerate(self.elements(), 1)
        while some := list(itertools.islice(numbered, 100_000)):
            rows, rejects = [], []
            for record, element in some:
                try:
                    rows.append((record, element.line, self._row(element)))
                except _Unreadable as problem:
                    last = element.line + element.original.count(b"\n")
                    rejects.append(
                        Reject(record, element.line, last, str(problem), element.original)
                    )
            data = {
                name: pa.array([row.get(name) for _, _, row in rows], pa.string())
                for name in columns
            }
            data["_record"] = pa.array([record for record, _, _ in rows], pa.int64())
            data["_line"] = pa.array([line for _, line, _ in rows], pa.int64())
            yield Chunk(pa.table(data), rejects)

    def _row(self, element: _Element) -> dict[str, str | None]:
        if element.reason:
            raise _Unreadable(element.reason)
        if element.value is _TWICE:
            raise _Unreadable("a name stands twice in one object")
        if not isinstance(element.value, dict):
            raise _Unreadable("not an object")
        return {name: _text(value) for name, value in element.value.items()}

    def _lines(self) -> Iterator[_Element]:
        line, rest = 0, b""
        for block in itertools.chain(_blocks(self.path, self.advance), [b""]):
            lines = (rest + block).split(b"\n")
            rest = lines.pop() if block else b""
            if len(rest) > LONGEST_RECORD:
                raise CrwError(f"{self.path.name} has a line of more than 64 MB", "split it")
            for raw in lines:
                line += 1
                raw = raw.removeprefix(codecs.BOM_UTF8) if line == 1 else raw
                if not raw.strip():
                    continue
                value, reason = None, ""
                try:
                    value = self.json.decode(raw.decode())
                except UnicodeDecodeError:
                    reason = "bytes that are not utf-8"
                except (ValueError, RecursionError):
                    reason = "not valid JSON"
                yield _Element(line, raw.removesuffix(b"\r"), value, reason)

    def _array(self) -> Iterator[_Element]:
        """The elements of one array, each decoded as soon as its text is there."""
        blocks = _blocks(self.path, self.advance)
        decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        text, at, line, opening = "", 0, 1, r"\["
        while True:
            before = re.compile(rf"\s*{opening}\s*").match(text, at)
            if before:
                try:
                    value, stop = self.json.raw_decode(text, before.end())
                except (ValueError, RecursionError):
                    stop = len(text)
                if stop < len(text):
                    line += text.count("\n", at, before.end())
                    yield _Element(line, text[before.end() : stop].encode(), value)
                    line += text.count("\n", before.end(), stop)
                    at, opening = stop, ","
                    continue
            block = next(blocks, None)
            if block is None:
                break
            try:
                text, at = text[at:] + decode(block), 0
            except UnicodeDecodeError as problem:
                raise CrwError(
                    f"{self.path.name} is JSON, but not UTF-8", "save it so"
                ) from problem
            if len(text) > LONGEST_RECORD:
                break
        closing = r"\s*\[?\s*\]\s*" if opening != "," else r"\s*\]\s*"
        if not re.compile(closing).fullmatch(text, at):
            line += len(text[at:]) - len(text[at:].lstrip())
            raise CrwError(
                f"{self.path.name} is no complete JSON array: it breaks after line {line:,}",
                "ask for the file again; as JSON lines, one broken record would not cost the rest",
            )


# Parquet ----------------------------------------------------------------------------------------


def _names(path: Path) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as problem:
        raise CrwError(
            f"{path.name} is a damaged or truncated Parquet file", "ask for it again"
        ) from problem


def _parquet(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
    """DuckDB reads Parquet: it keeps the order and knows how to write every type as text."""
    source = glob.escape(str(delivery.path))
    read = "read_parquet(?, file_row_number=true, binary_as_string=true, hive_partitioning=false)"
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute("set TimeZone = 'UTC'")
        try:
            types = db.execute(f"describe select * from {read}", [source]).fetchall()
            texts = [_as_text(name, kind) for name, kind, *_ in types[:-1]]
            rows = db.execute(
                f"select {', '.join(texts)}, file_row_number + 1 as _record,"
                f" file_row_number + 1 as _line from {read}",
                [source],
            ).fetch_record_batch(100_000)
            for batch in rows:
                yield Chunk(pa.Table.from_batches([batch]), [])
        except (duckdb.Error, pa.ArrowException, OSError) as problem:
            raise CrwError(
                f"{delivery.path.name} cannot be read as Parquet: it is damaged", "ask for it again"
            ) from problem
    advance(delivery.path.stat().st_size)


def _as_text(name: str, kind: str) -> str:
    """SQL for the canonical text of a typed column: ISO 8601 times, lists with | between."""
    column = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        text = f"replace(cast({column} at time zone 'UTC' as varchar), ' ', 'T') || 'Z'"
    elif kind.startswith("TIMESTAMP"):
        text = f"replace(cast({column} as varchar), ' ', 'T')"
    elif kind.endswith("[]") and not kind.startswith(("STRUCT", "MAP")):
        text = f"array_to_string({column}, '|')"
    elif kind.startswith(("STRUCT", "MAP")):
        text = f"cast(to_json({column}) as varchar)"
    else:
        text = f"cast({column} as varchar)"
    return f"{text} as {column}"
