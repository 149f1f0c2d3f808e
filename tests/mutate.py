"""Break the SQL on purpose, one place at a time, and count what notices: `make mutate`.

A seed picks places in the intermediate models and marts: comparisons, logic, arithmetic, joins,
filters, groups, aggregates. For each, in a copy of the project, the unit tests of the model and of
those below it run; if they all pass, a small home is built anew from that model down, its data
tests run, and its scoreboard is held against the second computation (recompute.py). A mutant that
is no valid SQL says nothing and another is drawn. Jinja, comments and quoted text stay as they are.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import recompute
import test_kpis_truth as truth
from rich.console import Console
from rich.table import Table

from crw.home import PROJECT, Home, read_json

SWAPS = (
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" <> ", " = "),
    (r" = ", " <> "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r" / ", " * "),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bsum\(", "max("),
    (r"\bbool_or\(", "bool_and("),
    (r"\bbool_and\(", "bool_or("),
    (r"\bgreatest\(", "least("),
    (r"\bleast\(", "greatest("),
    (r"\bcount\(distinct ", "count("),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bnot (?!null|exists|in)", ""),
    (r" desc\b", " asc"),
    (r"\bunion all\b", "union"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\b1\b", "2"),
    (r"\b100\b", "99"),
)
FILTER = re.compile(r"^ +and [^\n]*\n", re.MULTILINE)  # one condition of several, on its own line
GROUPED = re.compile(r"group by ([a-z_.]+(?:, [a-z_.]+)+)")
UNTOUCHED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|--[^\n]*|'[^']*'", re.DOTALL)
WRONG = re.compile(r"(Compilation|Binder|Parser|Catalog|Conversion) Error", re.IGNORECASE)
SECONDS = 300  # and then a mutant counts as noticed: the suite would hang


@dataclass(frozen=True)
class Mutant:
    path: Path
    line: int
    was: str
    now: str
    text: str


def mutants(path: Path) -> list[Mutant]:
    """Every single change of a model."""
    sql = path.read_text()
    # The same length, so that places agree; nothing of what stays as it is can be found.
    masked = UNTOUCHED.sub(lambda found: re.sub(r"[^\n]", "~", found[0]), sql)
    between = [m.span() for m in re.finditer(r"\bbetween\b[^\n]*? and\b", masked)]
    changes: list[tuple[int, int, str]] = []
    for pattern, new in SWAPS:
        for found in re.finditer(pattern, masked):
            inside = any(start <= found.start() < end for start, end in between)
            if not (inside and found[0] == "and"):
                changes.append((*found.span(), new))
    changes += [(*found.span(), "") for found in FILTER.finditer(masked)]
    for found in GROUPED.finditer(masked):
        columns = found[1].split(", ")
        for one in columns:
            kept = ", ".join(column for column in columns if column != one)
            changes.append((*found.span(1), kept))
    made = []
    for start, end, new in changes:
        text = sql[:start] + new + sql[end:]
        line = sql.count("\n", 0, start) + 1
        made.append(Mutant(path, line, sql[start:end].strip(), new.strip() or "(dropped)", text))
    return made


class Bench:
    """A copy of the project and of a small home, to be broken and mended."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True, text=True
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (PROJECT / name).is_file():
                (self.project / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, self.project / name)
        self.home = Home(folder / "home")
        self.kept = folder / "kept"
        demo = folder / "demo"
        sizes = ("--declarations", "3000", "--months", "14", "--seed", "5", "--no-defects")
        self.crw("generate", "--out", demo, *sizes)
        self.crw("load", "cdps", demo / "landing")
        self.crw("build")
        self.crw("check")
        shutil.copytree(self.home.build, self.kept)
        end = read_json(demo / "truth" / "parameters.json")["end"]
        landing = recompute.Landing(demo / "landing", end)
        codes = sorted(set(recompute.KPIS) & set(truth.BUILT))
        self.figures = {code: recompute.KPIS[code](landing) for code in codes}
        self.said = ""

    def mutants(self, part: str) -> list[Mutant]:
        """Of the models whose name holds this part, written by hand; in an order of their own."""
        models = self.project / "models"
        paths = [p for name in ("intermediate", "marts") for p in (models / name).rglob("*.sql")]
        found = sorted(path for path in paths if part in path.stem)
        # Those a command writes from the contracts are no handwork: test_staging holds each letter.
        found = [p for p in found if not p.read_text().startswith("-- Written by `make staging`")]
        return [made for path in found for made in mutants(path)]

    def crw(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "crw.cli", "--home", str(self.home.root)]
        subprocess.run([*command, *map(str, arguments)], capture_output=True, cwd=PROJECT)

    def dbt(self, *arguments: str) -> bool:
        command = [sys.executable, "-m", "dbt.cli.main", *arguments, "--project-dir", "."]
        command += ["--profiles-dir", ".", "--target-path", str(self.home.root / "target")]
        command += ["--log-path", str(self.home.root / "logs"), "--quiet"]
        environment = os.environ | {"CRW_HOME": str(self.home.root), "DO_NOT_TRACK": "1"}
        try:
            done = subprocess.run(
                command,
                cwd=self.project,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            self.said = "no end in sight"
            return False
        self.said = done.stdout + done.stderr
        return done.returncode == 0

    def survives(self, mutant: Mutant) -> tuple[str | None, bool]:
        """What noticed it, if anything, and whether it was SQL at all."""
        whole = mutant.path.read_text()
        mutant.path.write_text(mutant.text)
        name = mutant.path.stem
        built = False
        try:
            if not self.dbt("test", "--select", f"{name}+1,test_type:unit"):
                return f"unit test {self.named()}", not WRONG.search(self.said)
            built = True
            below = ("--select", f"{name}+", "--exclude", "resource_type:unit_test")
            if not self.dbt("build", *below):
                return f"build or data test {self.named()}", not WRONG.search(self.said)
            shown = truth.scores(self.home.warehouse)
            for code, figures in self.figures.items():
                if truth.differences(code, figures, shown.get(code, {})) or code not in shown:
                    return f"recomputation of {code}", True
            return None, True
        finally:
            mutant.path.write_text(whole)
            if built:
                shutil.rmtree(self.home.build)
                shutil.copytree(self.kept, self.home.build)

    def named(self) -> str:
        found = re.search(r"(?:Failure|ERROR|Error) in (?:unit_test|test|model) (\S+)", self.said)
        return found[1] if found else self.said.strip()[:60]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=40)
    asked.add_argument("--allowed", type=int, default=2, help="how many may survive")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--models", default="", help="only models whose name holds this")
    asked = asked.parse_args()
    console = Console(width=150)
    table = Table("model", "line", "was", "now", "noticed by", "seconds")
    survivors = counted = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        every = bench.mutants(asked.models)
        random.Random(asked.seed).shuffle(every)
        for mutant in every:
            if counted == asked.count:
                break
            began = time.monotonic()
            noticed, valid = bench.survives(mutant)
            if not valid:
                continue
            counted += 1
            survivors += noticed is None
            row = (mutant.path.stem, str(mutant.line), mutant.was[:40], mutant.now[:40])
            row = (*row, noticed or "NOTHING", f"{time.monotonic() - began:.0f}")
            table.add_row(*row)
            print(" | ".join(row), flush=True)
    console.print(table)
    console.print(f"{counted} mutants of {len(every)} possible ones, {survivors} survived")
    return int(survivors > asked.allowed)


if __name__ == "__main__":
    raise SystemExit(main())
