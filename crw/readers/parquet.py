"""Parquet, read by DuckDB: it keeps the order and can write every type as text."""

import glob
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from crw.errors import CrwError
from crw.readers.common import Advance, Chunk, Delivery

RECORDS = 100_000


def names(path: Path) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as problem:
        raise CrwError(
            f"{path.name} is a damaged or truncated Parquet file", "ask for it again"
        ) from problem


def chunks(delivery: Delivery, advance: Advance) -> Iterator[Chunk]:
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
            ).fetch_record_batch(RECORDS)
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
    if any(nested in kind for nested in ("STRUCT", "MAP", "UNION", "[][]")):
        text = f"cast(to_json({column}) as varchar)"
    elif kind.endswith("[]"):
        text = f"array_to_string(cast({column} as varchar[]), '|')"
    elif kind == "TIMESTAMP WITH TIME ZONE":
        text = f"replace(cast({column} at time zone 'UTC' as varchar), ' ', 'T') || 'Z'"
    elif kind.startswith("TIMESTAMP"):
        text = f"replace(cast({column} as varchar), ' ', 'T')"
    else:
        text = f"cast({column} as varchar)"
    return f"{text} as {column}"
