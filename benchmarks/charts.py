"""What each chart of each dashboard takes over HTTP, uncached, beside Superset's own floor.

`make bench-charts`, or `python benchmarks/charts.py --home HOME`: a published home. A browser opens
every dashboard once to learn what its charts ask; then each is asked again, past the cache.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT)]

from browser import BOARDS, browse  # noqa: E402
from served import Server, start, stop  # noqa: E402

from crw.home import Home  # noqa: E402


def floor(server: Server, turns: int) -> float:
    """The median of `select 1` through SQL Lab: what Superset takes when there is nothing to do."""
    body = {"database_id": 1, "sql": "select 1", "schema": "main", "runAsync": False}
    return median(timed(server, "/api/v1/sqllab/execute/", body) for _ in range(turns))


def timed(server: Server, path: str, body: dict) -> float:
    began = time.monotonic()
    status, answer, _ = server.call(path, body)
    if status != 200:
        sys.exit(f"{path}: {answer}")
    return time.monotonic() - began


def measure(server: Server, turns: int) -> list[tuple[float, str, str]]:
    """Median seconds of each chart, the slowest first."""
    found = []
    with browse(server) as reader:
        asked = {folder: reader.see(folder).queries() for folder in BOARDS}
    for folder, queries in asked.items():
        for query in queries:
            body = query | {"force": True}
            seconds = median(timed(server, "/api/v1/chart/data", body) for _ in range(turns))
            title = server.call(f"/api/v1/chart/{query['form_data']['slice_id']}")[1]
            found.append((seconds, BOARDS[folder]["title"], title["result"]["slice_name"]))
    return sorted(found, reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="a published home")
    parser.add_argument("--turns", type=int, default=3, help="times each chart is asked")
    parser.add_argument("--shown", type=int, default=15, help="how many of the slowest to show")
    given = parser.parse_args()
    server = start(Home(given.home.resolve()), within=300)
    try:
        server.sign_in()
        found, least = measure(server, given.turns), floor(server, given.turns * 3)
    finally:
        stop(server)
    print(f"{len(found)} charts, uncached, median of {given.turns}; `select 1` takes {least:.3f} s")
    half, slow = median(seconds for seconds, *_ in found), sum(s > 1 for s, *_ in found)
    print(f"{slow} over 1 s; half of all within {half:.3f} s\n")
    for seconds, board, chart in found[: given.shown]:
        print(f"{seconds:>8.3f}  {board}: {chart}")


if __name__ == "__main__":
    main()
