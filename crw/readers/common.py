"""What the readers share: the shape of what they give, and the bytes of a file."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from crw.errors import CrwError

BLOCK = 16 << 20
LONGEST_RECORD = 64 << 20

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


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def blocks(path: Path, advance: Advance) -> Iterator[bytes]:
    """The uncompressed content; `advance` hears of the bytes taken from the disk."""
    packed, done = is_gzip(path), 0
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


def is_text(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def too_long(delivery: Delivery, line: int) -> CrwError:
    name, limit = delivery.path.name, LONGEST_RECORD >> 20
    return CrwError(
        f"{name} has a record of more than {limit} MB at line {line:,}",
        "it is hardly a table of text: ask for the file again",
    )
