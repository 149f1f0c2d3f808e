"""How the tests of the loader look at what it left behind, with DuckDB and not with the loader."""

from pathlib import Path

import duckdb

from crw.home import Home

DEVICES = "device_id,office_code,day,available_hours,scanning_hours,downtime_hours,scans"


def device(n: int, ending: str = "\n") -> str:
    """A good record of cdps nii_devices, the n-th."""
    return f"D{n},QM010,2026-01-{n % 28 + 1:02d},24.0,{n % 12}.5,0,{n}{ending}"


def part(home: Home, entity: str = "nii_devices", source: str = "cdps") -> list[dict]:
    return _rows(home.raw / source / entity / "part")


def rejects(home: Home, entity: str = "nii_devices", source: str = "cdps") -> list[dict]:
    return _rows(home.raw / source / entity / "rejects")


def _rows(folder: Path) -> list[dict]:
    files = [str(path) for path in sorted(folder.glob("batch=b_*/part.parquet"))]
    if not files:
        return []
    with duckdb.connect() as db:
        found = db.execute(
            "select * from read_parquet(?, union_by_name = true, hive_partitioning = false)"
            " order by _batch, _record",
            [files],
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
