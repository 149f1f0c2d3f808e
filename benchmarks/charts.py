"""What each chart of each dashboard takes over HTTP, uncached and cached, beside Superset's floor.

`make bench-charts`, or `python benchmarks/charts.py --home HOME`: a published home. A browser opens
every dashboard once to learn what its charts ask (benchmarks/asked.py); then one reader asks each
again, past the cache and from it.
"""

import argparse
import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT), str(Path(__file__).resolve().parent)]

import facts  # noqa: E402
from asked import Question, Session, questions, say  # noqa: E402
from browser import BOARDS  # noqa: E402
from served import Server, start, stop  # noqa: E402

from crw.home import Home  # noqa: E402

FLOOR = ("/api/v1/sqllab/execute/", {"database_id": 1, "sql": "select 1", "schema": "main"})
FLOOR[1]["runAsync"] = False
PACKAGES = ("apache-superset", "duckdb-engine")
_CHARTS_BETWEEN_WORDS = 25


@contextmanager
def served(home: Path) -> Iterator[Server]:
    server = start(Home(home.resolve()), within=300)
    try:
        server.sign_in()
        yield server
    finally:
        end(server)


def end(server: Server) -> None:
    """Stopped, or killed where a busy machine is slow: nothing measured is lost over that."""
    family = [psutil.Process(server.process.pid)]
    family += family[0].children(recursive=True)
    with suppress(AssertionError, subprocess.TimeoutExpired):
        stop(server)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def chosen(server: Server, folders: list[str] | None) -> list[Question]:
    titles = {BOARDS[folder]["title"] for folder in folders or BOARDS}
    return [one for one in questions(server) if one.board in titles]


def percentile(seconds: list[float], share: float) -> float:
    """The time that this share of them does not pass: of 10 times, p95 is the worst."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def told(seconds: list[float]) -> dict[str, float]:
    return {"p50": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)}


def floor(session: Session, turns: int) -> dict[str, float]:
    """`select 1` through SQL Lab: what Superset takes when there is nothing to do."""
    return told([session.seconds(*FLOOR) for _ in range(turns)])


def measure(session: Session, asked: list[Question], turns: int) -> list[dict]:
    """p50 and p95 of each chart with one reader, the slowest first."""
    found = []
    for number, one in enumerate(asked, 1):
        # The first answer past the cache also fills it.
        uncached = [session.seconds(*one.request(force=True)) for _ in range(turns)]
        cached = [session.seconds(*one.request(force=False)) for _ in range(turns)]
        found.append(
            {
                "dashboard": one.board,
                "chart": one.chart,
                "uncached": told(uncached),
                "cached": told(cached),
            }
        )
        if number % _CHARTS_BETWEEN_WORDS == 0 or number == len(asked):
            say(f"measured {number} of {len(asked)} charts")
    return sorted(found, key=lambda chart: chart["uncached"]["p95"], reverse=True)


def show(charts: list[dict], least: dict[str, float], turns: int, shown: int) -> None:
    print(f"\n{len(charts)} charts, one reader, each asked {turns} times; seconds")
    print(f"`select 1` through SQL Lab: p50 {least['p50']:.3f}, p95 {least['p95']:.3f}")
    for state in ("uncached", "cached"):
        slow = sum(chart[state]["p95"] > 1 for chart in charts)
        half, worst = (median(c[state][p] for c in charts) for p in ("p50", "p95"))
        print(f"{state}: half of all within p50 {half:.3f}, p95 {worst:.3f}; p95 over 1 s: {slow}")
    print(f"\n{'uncached':>16}{'cached':>16}\n{'p50':>8}{'p95':>8}{'p50':>8}{'p95':>8}")
    for chart in charts[:shown]:
        times = [chart[state][p] for state in ("uncached", "cached") for p in ("p50", "p95")]
        figures = "".join(f"{seconds:>8.3f}" for seconds in times)
        print(f"{figures}  {chart['dashboard']}: {chart['chart']}")


def arguments(about: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--home", type=Path, required=True, help="a published home")
    parser.add_argument("--dashboards", nargs="+", choices=BOARDS, help="their folders; else all")
    parser.add_argument("--turns", type=int, default=10, help="times each chart is asked")
    parser.add_argument("--shown", type=int, default=15, help="how many of the slowest to show")
    parser.add_argument("--json", type=Path, help="write the figures of all here too")
    return parser


def main() -> None:
    given = arguments(__doc__.splitlines()[0]).parse_args()
    head = facts.about(given.home.resolve(), PACKAGES)
    with served(given.home) as server:
        asked, session = chosen(server, given.dashboards), Session(server)
        least = floor(session, given.turns)
        charts = measure(session, asked, given.turns)
    show(charts, least, given.turns, given.shown)
    facts.write(given.json, head | {"turns": given.turns, "select_1": least, "charts": charts})


if __name__ == "__main__":
    main()
