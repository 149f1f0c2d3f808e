"""The nightly job: load, build, check, publish, each step done again only where it must be."""

from datetime import date
from pathlib import Path

from crw.build import build, fingerprint, scored
from crw.check import check
from crw.console import err
from crw.errors import CrwError
from crw.home import Home, read_json
from crw.load import load
from crw.publish import nothing_new, publish, releases
from crw.raw import batches


def run(
    home: Home,
    source: str | None,
    paths: list[Path],
    entity: str | None = None,
    full: bool = False,
    as_of: dict[str, date] | None = None,
) -> None:
    """Wherever an earlier run was killed, this one ends with the release it would have made."""
    if source and not paths:
        raise CrwError(f"no files given for source '{source}'", f"crw run {source} PATH…")
    if source:
        load(home, source, paths, entity)
    if not batches(home):
        raise CrwError("no batch is loaded", "give files: crw run SOURCE PATH…")
    mark = fingerprint(home, as_of)
    if not full and nothing_new(home, mark):
        return
    made = read_json(home.build_state)
    if full or made is None or made.get("data") != fingerprint(home, as_of, models=False):
        build(home, full, as_of)
    elif made["fingerprint"] != mark:
        scored(home, as_of)
    check(home)
    publish(home)


def demo(home: Home, port: int, declarations: int, months: int) -> None:
    """Demo data to a release where nothing is loaded yet, then Superset on it."""
    from crw.generate import generate
    from crw.learn.train import TooFewResults, train
    from crw.serve import serve

    with home.lock("demo"):
        files = home.root / "demo"
        if not (files / "landing").exists() and not batches(home):
            generate(files, declarations, months, seed=1, end=date(2026, 6, 30))
        if (files / "landing").exists() and not releases(home):
            load(home, "cdps", [files / "landing"])
            build(home)
            try:
                train(home, "cdps")
            except TooFewResults as problem:  # a small demo is worth looking at all the same
                err.print(f"no learned score: {problem}; {problem.hint}")
        run(home, None, [])
    serve(home, port, workers=2)
