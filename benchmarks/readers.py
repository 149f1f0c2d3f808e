"""How many requests a second the dashboards answer under 1, 4, 16 and 64 readers.

`make bench-readers`, or `python benchmarks/readers.py --home HOME`: a published home. First each
chart with one reader, as benchmarks/charts.py does; then Locust, from an environment of its own,
sends readers who ask chart after chart and never pause. Beside it as many who ask `select 1`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from charts import FLOOR, PACKAGES, PROJECT, arguments, chosen, floor, measure, served, show

import facts  # isort: skip
from asked import Question, Session, say

LOCUST = PROJECT / ".venv-bench" / "bin" / "locust"
LEVELS = (1, 4, 16, 64)


def load(session: Session, requests: list[tuple], readers: int, seconds: int, seed: int) -> dict:
    """What Locust found: requests a second, times of answers, errors."""
    with tempfile.TemporaryDirectory(prefix="crw_readers_") as folder:
        asked, found = Path(folder) / "asked.json", Path(folder) / "found.json"
        asked.write_text(
            json.dumps({"headers": session.headers, "requests": requests, "seed": seed})
        )
        command = [str(LOCUST), "-f", str(Path(__file__).with_name("locustfile.py"))]
        command += ["--headless", "--host", session.address, "--loglevel", "WARNING"]
        command += ["--users", str(readers), "--spawn-rate", str(readers)]
        command += ["--run-time", f"{seconds}s", "--stop-timeout", "60", "--only-summary"]
        environment = os.environ | {"CRW_ASKED": str(asked), "CRW_FOUND": str(found)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if not found.exists():
            sys.exit(f"Locust: {done.stderr.strip()}")
        return {"readers": readers} | json.loads(found.read_text())


def requests_of(asked: list[Question], force: bool) -> list[tuple]:
    return [one.request(force) for one in asked]


def levels(
    session: Session, kinds: dict[str, list[tuple]], seconds: int, seed: int
) -> dict[str, list[dict]]:
    found = {kind: [] for kind in kinds}
    for readers in LEVELS:
        for kind, requests in kinds.items():
            found[kind].append(load(session, requests, readers, seconds, seed))
            say(f"measured {kind} under {readers} readers")
    return found


def show_levels(found: dict[str, list[dict]], seconds: int) -> None:
    print(f"\nreaders who never pause, {seconds} s a level; times in seconds")
    print(f"{'':<18}{'readers':>8}{'requests/s':>12}{'p50':>8}{'p95':>8}{'asked':>8}{'errors':>8}")
    for kind, rows in found.items():
        for row in rows:
            times = f"{row['p50']:>8.3f}{row['p95']:>8.3f}"
            counts = f"{row['requests']:>8,}{row['errors']:>8,}"
            print(f"{kind:<18}{row['readers']:>8}{row['per_second']:>12.1f}{times}{counts}")
    for kind, rows in found.items():
        for row in rows:
            for problem in row["problems"]:
                print(f"{kind}, {row['readers']} readers: {problem}")


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20, help="how long each level lasts")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the charts")
    parser.add_argument("--uncached", action="store_true", help="also readers past the cache")
    given = parser.parse_args()
    if not LOCUST.exists():
        parser.error("Locust is not in .venv-bench: make bench-readers puts it there")
    head = facts.about(given.home.resolve(), PACKAGES)
    with served(given.home) as server:
        asked, session = chosen(server, given.dashboards), Session(server)
        least = floor(session, given.turns)
        charts = measure(session, asked, given.turns)
        kinds = {"charts, cached": requests_of(asked, force=False)}
        if given.uncached:
            kinds["charts, uncached"] = requests_of(asked, force=True)
        kinds["select 1"] = [FLOOR]
        found = levels(session, kinds, given.seconds, given.seed)
    show(charts, least, given.turns, given.shown)
    show_levels(found, given.seconds)
    one = {"turns": given.turns, "select_1": least, "charts": charts}
    many = {"seconds_a_level": given.seconds, "seed": given.seed, "levels": found}
    facts.write(given.json, head | {"one_reader": one, "many_readers": many})
    sys.exit(1 if any(row["errors"] for rows in found.values() for row in rows) else 0)


if __name__ == "__main__":
    main()
