"""What a figure was measured on: machine, versions, and the size of what was in the home."""

import json
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def machine() -> dict:
    """Cores and memory that can be had, and the load it was under when asked."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages / 1e9, 1),
        "cpu": _cpu(),
        "kernel": platform.release(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1_minute": round(os.getloadavg()[0], 1),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def versions(packages: Sequence[str] = ("duckdb", "dbt-core", "dbt-duckdb")) -> dict:
    return {"python": platform.python_version(), "commit": _commit()} | {
        name: version(name) for name in packages
    }


def _commit() -> str:
    asked = ["git", "-C", str(PROJECT), "describe", "--always", "--dirty"]
    told = subprocess.run(asked, capture_output=True, text=True)
    return told.stdout.strip() or "not known"


def content(home: Path) -> dict:
    """Records and bytes by entity, as the batches of the home tell, and how the demo was made."""
    records, size = Counter(), 0
    for path in sorted(home.glob("raw/*/*/part/batch=*/batch.json")):
        batch = json.loads(path.read_text())
        records[f"{batch['source']}.{batch['entity']}"] += batch["records"]
        size += batch["size_bytes"]
    told = {"records": dict(records), "landing_bytes": size}
    # `crw demo` keeps the demo in the home, benchmarks that generate keep it beside.
    places = [folder / "demo" / "truth" / "parameters.json" for folder in (home, home.parent)]
    made = next((place for place in places if place.exists()), None)
    return told | ({"demo": json.loads(made.read_text())} if made else {})


def about(home: Path, packages: Sequence[str] = ()) -> dict:
    """The head of every benchmark's JSON."""
    named = ("duckdb", "dbt-core", "dbt-duckdb", *packages)
    return {"machine": machine(), "versions": versions(named), "home": content(home)}


def write(path: Path | None, figures: dict) -> None:
    if path:
        path.write_text(json.dumps(figures, indent=2) + "\n")
        print(f"\nwritten: {path.name}")
