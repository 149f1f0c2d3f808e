"""JSON: lines, or one array of objects. Numbers keep the text they were written in."""

import codecs
import itertools
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from crw.errors import CrwError
from crw.readers import common
from crw.readers.common import Advance, Chunk, Delivery, Reject, blocks

RECORDS = 100_000
_TWICE = object()


class _Unreadable(ValueError):
    """Why a value is no record, in words that never quote it."""


class _Element(NamedTuple):
    """One value of a file; `reason` says why there is none."""

    line: int
    original: bytes
    value: object
    reason: str = ""


def names(delivery: Delivery) -> tuple[str, ...]:
    """All names of all records, in the order they appear."""
    if delivery.encoding != "utf-8":
        raise _not_utf8(delivery)
    found: dict[str, None] = {}
    elements = objects = 0
    for element in _elements(delivery, lambda done: None):
        elements += 1
        if isinstance(element.value, dict):
            objects += 1
            found.update(dict.fromkeys(element.value))
    if elements and not objects:
        raise CrwError(
            f"{delivery.path.name} starts like JSON but holds no record",
            "expected is one object per line, or one array of objects",
        )
    return tuple(found)


def chunks(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
    numbered = enumerate(_elements(delivery, advance), 1)
    while some := list(itertools.islice(numbered, RECORDS)):
        rows, rejects = [], []
        for record, element in some:
            try:
                rows.append(_row(element) | {"_record": record, "_line": element.line})
            except _Unreadable as problem:
                last = element.line + element.original.count(b"\n")
                rejects.append(Reject(record, element.line, last, str(problem), element.original))
        columns = {
            name: pa.array([row.get(name) for row in rows], pa.string())
            for name in delivery.columns
        }
        for name in ("_record", "_line"):
            columns[name] = pa.array([row[name] for row in rows], pa.int64())
        yield Chunk(pa.table(columns), rejects)


def _elements(delivery: Delivery, advance: Advance) -> Iterator[_Element]:
    read = _lines if delivery.format == "json lines" else _array
    return read(delivery, advance)


def _lines(delivery: Delivery, advance: Advance) -> Iterator[_Element]:
    line, rest = 0, b""
    for block in itertools.chain(blocks(delivery.path, advance), [b""]):
        lines = (rest + block).split(b"\n")
        rest = lines.pop() if block else b""
        if len(rest) > common.LONGEST_RECORD:
            raise common.too_long(delivery, line + 1)
        for raw in lines:
            line += 1
            raw = raw.removeprefix(codecs.BOM_UTF8) if line == 1 else raw
            if not raw.strip():
                continue
            value, reason = None, ""
            try:
                value = _decoder.decode(raw.decode())
            except UnicodeDecodeError:
                reason = "bytes that are not utf-8"
            except (ValueError, RecursionError):
                reason = "not valid JSON"
            yield _Element(line, raw.removesuffix(b"\r"), value, reason)


def _array(delivery: Delivery, advance: Advance) -> Iterator[_Element]:
    """The elements of one array, each decoded as soon as its text is there."""
    source = blocks(delivery.path, advance)
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    text, at, line = "", 0, 1
    opening, closing = re.compile(r"\s*\[\s*"), re.compile(r"\s*\[\s*\]\s*")
    while True:
        if before := opening.match(text, at):
            start = before.end()
            try:
                value, stop = _decoder.raw_decode(text, start)
            except (ValueError, RecursionError):
                stop = len(text)  # broken, or not all there yet
            if stop < len(text):
                line += text.count("\n", at, start)
                yield _Element(line, text[start:stop].encode(), value)
                line += text.count("\n", start, stop)
                at = stop
                opening, closing = re.compile(r"\s*,\s*"), re.compile(r"\s*\]\s*")
                continue
        block = next(source, None)
        if block is None or len(text) - at > common.LONGEST_RECORD:
            break
        try:
            text, at = text[at:] + decode(block), 0
        except UnicodeDecodeError as problem:
            raise _not_utf8(delivery) from problem
    if not closing.fullmatch(text, at):
        raise CrwError(
            f"{delivery.path.name} is no complete JSON array: it breaks after line {line:,}",
            "ask for the file again; as JSON lines, one broken record would not cost the rest",
        )


def _row(element: _Element) -> dict[str, str | None]:
    if element.reason:
        raise _Unreadable(element.reason)
    if element.value is _TWICE:
        raise _Unreadable("a name stands twice in one object")
    if not isinstance(element.value, dict):
        raise _Unreadable("not an object")
    return {name: _text(value) for name, value in element.value.items()}


def _text(value: object) -> str | None:
    """A value as the text it was written in; a list of plain values as the contract writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(value)
    if not isinstance(value, str):
        try:
            value = json.dumps(value, ensure_ascii=False)
        except TypeError as problem:
            raise _Unreadable("a name stands twice in one object") from problem
    if "\0" in value:
        raise _Unreadable("a NUL byte")
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        raise _Unreadable("half of a surrogate pair, which is no character") from problem
    return value


def _unique(pairs: list[tuple[str, object]]) -> object:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _TWICE


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=str
)


def _not_utf8(delivery: Delivery) -> CrwError:
    return CrwError(f"{delivery.path.name} is JSON, but not UTF-8", "save it as UTF-8")
