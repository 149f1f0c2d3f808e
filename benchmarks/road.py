"""What the road from nothing to a release costs: CPU and wall time of each verb, the slowest nodes.

`make bench`, or `python benchmarks/road.py --help`. CPU is what to compare: wall time hangs on what
else the machine does. A node has wall time alone, of threads that share the cores: it says where to
look, not what is spent.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def measured(home: Path, *arguments: object) -> tuple[float, float]:
    """CPU and wall seconds of one `crw` command and of all that it started."""
    started = time.monotonic()
    command = [sys.executable, "-m", "crw.cli", "--home", str(home), *map(str, arguments)]
    child = subprocess.Popen(command, cwd=PROJECT)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"crw {arguments[0]} failed")
    return used.ru_utime + used.ru_stime, time.monotonic() - started


def nodes(home: Path) -> list[tuple[float, str, str]]:
    """Seconds, kind and name of every node of the last dbt run, the slowest first."""
    results = json.loads((home / "build" / "dbt" / "run_results.json").read_text())["results"]
    found = []
    for result in results:
        kind, _, name = result["unique_id"].split(".")[:3]
        found.append((result["execution_time"], kind, name))
    return sorted(found, reverse=True)


def show(home: Path, verbs: dict[str, tuple], shown: int) -> None:
    """Run the verbs in order and print a line for each, then the slowest nodes of the build."""
    slowest, lines = [], []
    for verb, arguments in verbs.items():
        cpu, wall = measured(home, verb, *arguments)
        lines.append((verb, cpu, wall))
        if verb == "build":
            slowest = nodes(home)
    lines.append(("all", sum(cpu for _, cpu, _ in lines), sum(wall for *_, wall in lines)))
    print(f"\n{'verb':<10}{'CPU s':>8}{'wall s':>8}")
    for verb, cpu, wall in lines:
        print(f"{verb:<10}{cpu:>8.1f}{wall:>8.1f}")
    wall = {verb: seconds for verb, _, seconds in lines}
    results = json.loads((home / "build" / "check.json").read_text())["results"]
    judged = sum(r["kind"] == "gx" and r["status"] != "not_applicable" for r in results)
    print(
        f"\ncheck took {100 * wall['check'] / wall['build']:.0f} % of the wall time of the build; "
        f"{judged} expectations were judged"
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--declarations", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--nodes", type=int, default=15, help="how many of the slowest to show")
    parser.add_argument("--home", type=Path, help="a loaded home: measure only from build on")
    given = parser.parse_args()
    after = {"build": (), "check": (), "publish": ()}
    if given.home:
        show(given.home.resolve(), after, given.nodes)
        return
    with tempfile.TemporaryDirectory(prefix="crw_bench_") as folder:
        demo = Path(folder) / "demo"
        size = ("--declarations", given.declarations, "--months", given.months)
        before = {"generate": ("--out", demo, *size), "load": ("cdps", demo / "landing")}
        show(Path(folder) / "home", before | after, given.nodes)


if __name__ == "__main__":
    main()
