"""Readers of landing files: bytes as delivered into tables of text, and what cannot be split apart.

A file is read twice. `look` learns what it is (format, encoding, columns, hash of the content);
`chunks` streams it as tables of text with the number and the line of each record, together with
the records that could not be split into columns. Why not DuckDB for all: see docs/decisions.
"""

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from crw.errors import CrwError
from crw.readers import delimited, json_records, parquet
from crw.readers.common import Advance, Chunk, Delivery, Reject, blocks, is_gzip

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
__all__ = ["Chunk", "Delivery", "Reject", "chunks", "look"]


def look(path: Path, wanted: Iterable[str], advance: Advance) -> Delivery:
    """Format, encoding, columns and hash, by content: a file's name proves nothing.

    `wanted` are the columns of the contract; they decide between the delimiters.
    """
    digest, size, head, encoding = hashlib.sha256(), 0, b"", _Encoding()
    for block in blocks(path, advance):
        digest.update(block)
        size += len(block)
        head = head or block
        encoding.feed(block)
    if not head.strip():
        raise CrwError(f"{path.name} is empty", "ask for the file again, or leave it out")
    format = _format(path, head)
    found = Delivery(
        path=path,
        format=format,
        compression="gzip" if is_gzip(path) else None,
        encoding=None if format == "parquet" else encoding.verdict(),
        delimiter=None,
        columns=(),
        sha256=digest.hexdigest(),
        size_bytes=size,
    )
    if format == "parquet":
        return replace(found, columns=parquet.names(path))
    if format == "csv":
        delimiter, columns = delimited.header(found, head, wanted)
        return replace(found, delimiter=delimiter, columns=columns)
    return replace(found, columns=json_records.names(found))


def _format(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        if is_gzip(path):
            raise CrwError(
                f"{path.name} is Parquet inside gzip", "unpack it: Parquet compresses itself"
            )
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        raise CrwError(f"{path.name} is a ZIP archive or an Excel workbook", "unpack or export it")
    if head.startswith(UTF16) or b"\0" in head.split(b"\n", 1)[0]:
        raise CrwError(
            f"{path.name} is not text in UTF-8 or Latin-1: its first line holds NUL bytes",
            "a file in UTF-16 must be saved as UTF-8 first",
        )
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return {b"{": "json lines", b"[": "json"}.get(start, "csv")


def chunks(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
    """The records of a file, streamed in bounded memory."""
    readers = {"parquet": parquet.chunks, "csv": delimited.chunks}
    return readers.get(delivery.format, json_records.chunks)(delivery, advance)


class _Encoding:
    """Tells UTF-8 from Latin-1 while the blocks pass by."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.broken = self.multibyte = 0

    def feed(self, block: bytes, final: bool = False) -> None:
        if final or not block.isascii():
            text = self.decoder.decode(block, final)
            self.broken += text.count("\ufffd")
            self.multibyte += len(block) - len(text)

    def verdict(self) -> str:
        """Broken bytes among good UTF-8 are broken records. Broken bytes alone are Latin-1, read
        as its superset Windows-1252, as browsers do: the bytes it adds are no text in Latin-1.
        """
        self.feed(b"", final=True)
        return "utf-8" if self.broken <= self.multibyte else "windows-1252"
