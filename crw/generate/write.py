"""Landing files and the truth beside them, in the columns and types of the contract."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crw.contract import Entity, find

SOURCE = "cdps"
QUOTE = "'"
LATE_OFFICE = "QM100"
Columns = dict[str, object]


def text(values: list[str], index: np.ndarray) -> pa.Array:
    """Words by their number; a negative number is missing."""
    codes = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))


def joined(*parts: object) -> pa.Array:
    """Strings glued together row by row."""
    return pc.binary_join_element_wise(*parts, "")


def digits(values: np.ndarray, width: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), width, "0")


def optional(values: np.ndarray, present: np.ndarray) -> pa.Array:
    """Numbers or booleans that are missing where not present."""
    return pa.array(values, mask=~present)


def only(values: pa.Array, present: np.ndarray) -> pa.Array:
    """Strings that are missing where not present."""
    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


class Landing:
    """The folder of landing files. One file for an entity and month, or one for a small entity.

    DuckDB writes them: it quotes only what must be quoted, and is quick. One thread keeps the order
    of rows, and so the bytes.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.totals: dict[str, int] = {}
        self.db = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})

    def write_month(
        self, entity: str, columns: Columns, months: list[date], month: int, late: bool
    ) -> Path:
        """A month's file; what the late office declared comes in another, a month later."""
        if not (late and "declaration_id" in columns):
            return self.write(entity, columns, f"_{months[month]:%Y%m}")
        rows = pa.table(columns)
        office = pc.utf8_slice_codeunits(rows["declaration_id"], 2, 7)
        of_late = pc.equal(office, LATE_OFFICE)
        delivered = f"_{months[month + 1]:%Y%m}_late_{months[month]:%Y%m}"
        self.write(entity, _columns(rows.filter(of_late)), delivered)
        return self.write(
            entity, _columns(rows.filter(pc.invert(of_late))), f"_{months[month]:%Y%m}"
        )

    def write(self, entity: str, columns: Columns, tag: str = "") -> Path:
        """Records into a landing file, new or begun. Every column of the contract, and no other."""
        contract: Entity = find(SOURCE, entity)
        wanted = [column.name for column in contract.columns]
        if set(wanted) != set(columns):
            raise ValueError(f"{entity}: {sorted(set(wanted) ^ set(columns))}")
        table = pa.table({name: columns[name] for name in wanted})
        path = self.folder / f"{entity}{tag}.csv"
        more = path.exists()
        header = "false" if more else "true"
        shown = ", ".join(_shown(c.name, c.data_type) for c in contract.columns)
        target = path.with_suffix(".more") if more else path
        self.db.register("rows_to_write", table)
        self.db.execute(
            f"copy (select {shown} from rows_to_write) to '{str(target).replace(QUOTE, QUOTE * 2)}'"
            f" (format csv, header {header}, timestampformat '%Y-%m-%dT%H:%M:%S')"
        )
        self.db.unregister("rows_to_write")
        if more:
            with open(path, "ab") as whole, open(target, "rb") as part:
                shutil.copyfileobj(part, whole)
            target.unlink()
        self.totals[entity] = self.totals.get(entity, 0) + table.num_rows
        return path


def _columns(rows: pa.Table) -> Columns:
    return {name: rows[name] for name in rows.column_names}


def _shown(name: str, data_type: str) -> str:
    """Decimals with their places, times in ISO 8601, the rest as it is."""
    typed = "decimal" in data_type or data_type == "timestamp"
    return f'cast("{name}" as {data_type}) as "{name}"' if typed else f'"{name}"'


class Truth:
    """Parquet files beside the landing files, written as the months pass."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, columns: Columns | pa.Table) -> None:
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema)
        self.writers[name].write_table(table)

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()
