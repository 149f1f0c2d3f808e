"""What the road from nothing to a release costs: time, memory, bytes by verb; the slowest nodes.

`make bench`, or `python benchmarks/road.py --help`. CPU is what to compare: wall time hangs on what
else the machine does. A node has wall time alone, of threads that share the cores: it says where to
look, not what is spent. Memory is that of the largest process; bytes are those of the disk, so what
the system still held in memory is not counted as read. The disk is the most that the home took
meanwhile, with what was spilled.
"""

import argparse
import contextlib
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "benchmarks")]

import facts  # noqa: E402
import floor  # noqa: E402

from crw.home import Home  # noqa: E402

AFTER = {"build": (), "check": (), "publish": ()}
COLUMNS = {"CPU s": "cpu_s", "wall s": "wall_s", "peak GB": "peak_gb"}
COLUMNS |= {"read GB": "read_gb", "written GB": "written_gb", "disk GB": "disk_gb"}
_LOOK_EVERY = 2  # seconds
_THOUSANDTH = 1000
_BYTES = "latin-1"  # of files whose bytes are kept as they are: some are broken on purpose
_BLOCK = 512  # bytes, in which the system counts


def measured(home: Path, *arguments: object) -> dict[str, float]:
    """What one `crw` command and all that it started took."""
    started, disk = time.monotonic(), [0.0]
    command = [sys.executable, "-m", "crw.cli", "--home", str(home), *map(str, arguments)]
    child = subprocess.Popen(command, cwd=PROJECT)
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_EVERY):
            disk.append(size(home))

    looking = threading.Thread(target=look)
    looking.start()
    _, status, used = os.wait4(child.pid, 0)
    ended.set()
    looking.join()
    if status:
        sys.exit(f"crw {arguments[0]} failed")
    return {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.monotonic() - started,
        "peak_gb": used.ru_maxrss * 1024 / 1e9,
        "read_gb": used.ru_inblock * _BLOCK / 1e9,
        "written_gb": used.ru_oublock * _BLOCK / 1e9,
        "disk_gb": max(disk),
    }


def nodes(home: Path) -> list[tuple[float, str, str]]:
    """Seconds, kind and name of every node of the last dbt run, the slowest first."""
    results = json.loads((home / "build" / "dbt" / "run_results.json").read_text())["results"]
    found = []
    for result in results:
        kind, _, name = result["unique_id"].split(".")[:3]
        found.append((result["execution_time"], kind, name))
    return sorted(found, reverse=True)


def road(home: Path, verbs: dict[str, tuple], shown: int) -> dict:
    """Run the verbs in order and print a line for each, then the slowest nodes of the build."""
    slowest, stages = [], {}
    for verb, arguments in verbs.items():
        stages[verb] = measured(home, verb, *arguments)
        if verb == "build":
            slowest = nodes(home)
    print(f"\n{'verb':<10}" + "".join(f"{column:>12}" for column in COLUMNS))
    for verb, took in stages.items():
        print(f"{verb:<10}" + "".join(f"{took[name]:>12.1f}" for name in COLUMNS.values()))
    results = json.loads((home / "build" / "check.json").read_text())["results"]
    judged = sum(r["kind"] == "gx" and r["status"] != "not_applicable" for r in results)
    print(
        f"\ncheck took {100 * stages['check']['wall_s'] / stages['build']['wall_s']:.0f} % of the "
        f"wall time of the build; {judged} expectations were judged"
    )
    kinds = sorted({kind for _, kind, _ in slowest})
    told = ", ".join(
        f"{sum(k == kind for _, k, _ in slowest)} {kind}s "
        f"{sum(s for s, k, _ in slowest if k == kind):.0f} s"
        for kind in kinds
    )
    print(f"\nnodes of the build: {told} (wall seconds, of threads that share the cores)")
    for seconds, kind, name in slowest[:shown]:
        print(f"{seconds:>8.2f}  {kind:<6}{name}")
    return facts.about(home) | {
        "stages": stages,
        "nodes": [{"name": name, "kind": kind, "wall_s": s} for s, kind, name in slowest],
        "disk_gb": {path.name: size(path) for path in (home / "raw", home / "build")},
    }


def size(folder: Path) -> float:
    """What a folder takes on the disk, in GB; what goes while it is looked at does not count."""
    blocks = 0
    for inside, folders, files in os.walk(folder):  # skips what is gone by the time it gets there
        for name in folders + files:
            with contextlib.suppress(FileNotFoundError):
                blocks += os.lstat(os.path.join(inside, name)).st_blocks
    return blocks * _BLOCK / 1e9


def hold_back(landing: Path, night: Path) -> int:
    """Move the last thousandth of the declarations, with all that came of them, to a folder."""
    night.mkdir()
    month = max(landing.glob("declarations_*.csv")).stem.removeprefix("declarations_")
    lodged, total = {}, 0
    for path in landing.glob("declarations_*.csv"):
        with path.open(newline="", encoding=_BYTES) as file:
            rows = {row["declaration_id"]: row["version_lodged_at"] for row in csv.DictReader(file)}
        total += len(rows)
        if path.stem.endswith(month):
            lodged = {name: at for name, at in rows.items() if at}  # broken records stay
    held = set(sorted(lodged, key=lodged.get)[-max(1, total // _THOUSANDTH) :])
    for path in sorted(landing.glob(f"*_{month}.csv")):
        with path.open(newline="", encoding=_BYTES) as file:
            header, *rows = csv.reader(file)
        if "declaration_id" not in header:
            continue
        place = header.index("declaration_id")
        for target, late in ((night / path.name, True), (path, False)):
            part = [row for row in rows if held.isdisjoint(row[place : place + 1]) is not late]
            with target.open("w", newline="", encoding=_BYTES) as file:
                csv.writer(file).writerows([header, *part])
    return len(held)


def generated(folder: Path, given: argparse.Namespace) -> dict:
    """The whole road of a demo; then the same SQL without dbt and the floor of the disk, a night
    that brings a thousandth more, and, where asked for, Spark. What was measured is written as it
    comes: a run of hours that is stopped leaves what it had."""
    demo, home = folder / "demo", folder / "home"
    asked = ("--declarations", given.declarations, "--months", given.months)
    made = measured(home, "generate", "--out", demo, *asked, "--seed", given.seed)
    held = hold_back(demo / "landing", folder / "night")
    found = road(home, {"load": ("cdps", demo / "landing")} | AFTER, given.nodes)
    found["stages"]["generate"] = made
    print(f"the demo itself was made in {made['wall_s']:.0f} s", flush=True)
    facts.write(given.json, found)
    found["floor"] = floor.show(Home(home), found["stages"]["build"]["wall_s"])
    facts.write(given.json, found)
    found["night"] = a_night(home, folder / "night", found["stages"]["build"]) | {"held": held}
    if given.spark:
        facts.write(given.json, found)
        found["spark"] = on_spark(home, found["stages"]["build"])
    return found


def a_night(home: Path, files: Path, full: dict) -> dict:
    """A thousandth more: loaded, and built on what is there."""
    took = {"load": measured(home, "load", "cdps", files), "build": measured(home, "build")}
    share = sum(stage["wall_s"] for stage in took.values()) / full["wall_s"]
    told = ", ".join(f"{verb} {stage['wall_s']:.1f} s" for verb, stage in took.items())
    print(f"\na night with a thousandth more: {told}; {100 * share:.0f} % of the full build")
    return took


def on_spark(home: Path, full: dict) -> dict:
    """All models once more on Spark, then parity with what DuckDB made, the last night included."""
    took = {"check": measured(home, "check")}
    took["spark"] = measured(home, "build", "--target", "spark")
    took["parity"] = measured(home, "parity")
    ratio = took["spark"]["wall_s"] / full["wall_s"]
    print(f"\nSpark local[2] {took['spark']['wall_s']:.0f} s, {ratio:.1f} times DuckDB")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--declarations", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write all figures")
    parser.add_argument("--nodes", type=int, default=15, help="how many of the slowest to show")
    parser.add_argument("--into", type=Path, help="a folder to make and keep, else a temporary one")
    parser.add_argument("--spark", action="store_true", help="build on Spark too, and compare")
    parser.add_argument("--home", type=Path, help="a loaded home: measure only from build on")
    parser.add_argument("--floor", action="store_true", help="of --home: the SQL without dbt too")
    parser.add_argument("--night", type=Path, help="files to load and build on top of --home")
    given = parser.parse_args()
    if given.home:
        home = given.home.resolve()
        found = road(home, AFTER, given.nodes)
        if given.floor:
            facts.write(given.json, found)
            found["floor"] = floor.show(Home(home), found["stages"]["build"]["wall_s"])
        if given.night:
            facts.write(given.json, found)
            found["night"] = a_night(home, given.night, found["stages"]["build"])
        if given.spark:
            facts.write(given.json, found)
            found["spark"] = on_spark(home, found["stages"]["build"])
    elif given.into:
        given.into.mkdir(parents=True)
        found = generated(given.into.resolve(), given)
    else:
        with tempfile.TemporaryDirectory(prefix="crw_bench_") as folder:
            found = generated(Path(folder), given)
    facts.write(given.json, found)


if __name__ == "__main__":
    main()
