"""Delimited text (CSV): records with their numbers and lines, whatever the quotes in it."""

import bisect
import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv

from crw.errors import CrwError
from crw.readers import common
from crw.readers.common import Advance, Chunk, Delivery, Reject, blocks, is_text

DELIMITERS = ",;\t"
LONGEST_HEADER = 1 << 20


def header(delivery: Delivery, head: bytes, wanted: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Delimiter and columns: the delimiter under which most columns of the contract appear."""
    head = head[:LONGEST_HEADER].removeprefix(codecs.BOM_UTF8)
    if b"\r" in head and b"\n" not in head:
        raise CrwError(
            f"{delivery.path.name} has lines that end in a carriage return alone",
            "save it with LF or CRLF",
        )
    known = {name.lower() for name in wanted}
    best: tuple[str, tuple[str, ...]] = (",", ())
    fit = -1
    for delimiter in DELIMITERS:
        match = _Grammar(delimiter).record.match(head)
        if match is None:
            continue
        text = match.group().decode(delivery.encoding, errors="replace").rstrip("\r\n")
        columns = tuple(next(csv.reader([text], delimiter=delimiter), ()))
        if (fits := len(known & {name.lower() for name in columns})) > fit:
            best, fit = (delimiter, columns), fits
    return best


def chunks(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
    """The records of the file after its header, a block at a time."""
    return _File(delivery, advance).chunks()


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
        opened = rb'"[^"]*+(?:""[^"]*+)*+\Z'
        self.unclosed = re.compile(rb"(?:(?:%s|%s)?+%s)*+" % (quoted(), bare(), d) + opened)
        # Lines that are a record each, whatever stands around them; blank ones left out.
        self.sure_lines = re.compile(rb"(?:%s)*+" % sure)
        # A record with all its columns and no doubt about any quote; the same on one line.
        self.certain = re.compile(some(quoted(), strict, times=exactly) + end)
        self.certain_line = re.compile(some(quoted(rb"\r\n"), strict, times=exactly) + end)


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


class _File:
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
        source = blocks(self.delivery.path, self.advance)
        final = False
        while not final:
            block = next(source, b"")
            final = not block
            data += block
            if not started:
                data, started = self._skip_header(data), True
            end = len(data) if final else data.rfind(b"\n") + 1
            chunk, used = self._split(data, end, final)
            data = data[used:]
            if not end and len(data) > common.LONGEST_RECORD:
                raise common.too_long(self.delivery, self.line)
            yield chunk

    def _skip_header(self, data: bytes) -> bytes:
        data = data.removeprefix(codecs.BOM_UTF8)
        header = self.grammar.record.match(data).group()
        self.line += header.count(b"\n")
        return data[len(header) :]

    def _split(self, data: bytes, end: int, final: bool) -> tuple[Chunk, int]:
        """The records of data[:end], and how far they reach: an open quote waits for more."""
        span, rejects, at = _Span(), [], 0
        sound = _is_sound(data) and is_text(data[:end], self.encoding)
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
        waits = not final and end - start < common.LONGEST_RECORD
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
            if not is_text(raw, self.encoding):
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
            table = self._table(content, note)
        table = table.append_column("_record", pa.array(np.delete(records, ragged)))
        table = table.append_column("_line", pa.array(np.delete(lines, ragged)))
        return Chunk(table, sorted(rejects))

    def _table(self, content: bytes, note: Callable[[pa.csv.InvalidRow], str]) -> pa.Table:
        try:
            return pa.csv.read_csv(
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
        except pa.ArrowInvalid:
            # Arrow quotes the record in its message, so that one goes nowhere.
            raise CrwError(
                f"{self.delivery.path.name} cannot be split into columns near line {self.line:,}",
                "this is a defect of the loader: please report it",
            ) from None


def _broken_lines(data: bytes, encoding: str) -> Iterator[int]:
    """Where the lines start that hold bytes which are no text."""
    at = 0
    if not data.isascii() and not is_text(data, encoding):
        for line in data.splitlines(keepends=True):
            if not is_text(line, encoding):
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
