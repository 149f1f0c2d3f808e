"""Proves the estimate of what was missed by simulation: `python -m crw.prove_missed`.

Years with known truth are made up and put in the place of `int_random_draws_counted`, each year a
source of its own; the SQL that dbt compiles from the models behind `missed_risk` estimates them.
What is proved is therefore what runs every night. docs/missed-risk.md has the table it prints.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from crw.console import err
from crw.dbt import dbt
from crw.home import PROJECT, Home

YEARS = 4000
SEED = 20270101
MODELS = ("int_random_draws_summed", "int_missed_offences_estimated")
SEEDS = ("poisson_limits", "missed_risk_settings")
QUARTERS = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
# By office (rows) and channel before the draw: its probability, and how likely offences are.
EQUAL = np.full((4, 2), 0.04)
UNEQUAL = np.array([[0.02, 0.04], [0.03, 0.06], [0.05, 0.03], [0.08, 0.04]])
RISKS = np.array([[1.6, 0.8], [1.0, 0.5], [0.7, 1.2], [1.4, 0.8]])
CLEAN_PER_CELL = 800


@dataclass(frozen=True)
class Setting:
    name: str
    expected_hits: float
    unequal: bool = False
    officers: bool = False
    not_inspected: float = 0.0


def settings() -> list[Setting]:
    found = []
    for hits in (2, 5, 10, 40):
        plain = Setting("equal quotas, all inspected", hits)
        found += [
            plain,
            replace(plain, name="unequal quotas", unequal=True),
            replace(plain, name="officers pick after the draw", officers=True),
            replace(plain, name="10 % of drawn not inspected", not_inspected=0.10),
            replace(plain, name="all of it", unequal=True, officers=True, not_inspected=0.10),
        ]
    return found


def simulate(setting: Setting, years: int, seed: int) -> tuple[pa.Table, np.ndarray]:
    """Cells of the random draw, and the offending declarations of each year's frame.

    The population is the same each year; what differs is the draw, who was inspected, and whom
    officers picked: a third of the offending ones, drawn or not.
    """
    rng = np.random.default_rng(seed)
    shape = (years, len(QUARTERS), *RISKS.shape)
    pi = np.broadcast_to(UNEQUAL if setting.unequal else EQUAL, shape)
    # Shares left undone differ between offices, about the same mean.
    done = 1 - setting.not_inspected * np.array([0.5, 0.8, 1.2, 1.5])[:, None]
    share = RISKS / (len(QUARTERS) * (RISKS * pi[0, 0] * done).sum())
    offending = np.broadcast_to(np.rint(setting.expected_hits * share).astype(int), shape)
    drawn_offending = rng.binomial(offending, pi)
    drawn_clean = rng.binomial(CLEAN_PER_CELL, pi)
    hits = rng.binomial(drawn_offending, np.broadcast_to(done, shape))
    inspected = hits + rng.binomial(drawn_clean, np.broadcast_to(done, shape))
    picked = rng.binomial(offending - hits, 1 / 3 if setting.officers else 0)
    year, quarter, office, channel = (axis.ravel() for axis in np.indices(shape))
    cells = pa.table(
        {
            "source_system": np.char.mod("year %d", year),
            "quarter_on": np.array(QUARTERS, "datetime64[D]")[quarter],
            "office_code": np.char.mod("O%d", office),
            "regime": np.full(year.size, "import"),
            "channel_before": np.array(["green", "blue"])[channel],
            "random_probability": pi.ravel(),
            "frame_declarations": (offending + CLEAN_PER_CELL).ravel(),
            "drawn": (drawn_offending + drawn_clean).ravel(),
            "inspected": inspected.ravel(),
            "hits": hits.ravel(),
            "formal_hits": np.zeros(year.size, int),
            "found": (hits + picked).ravel(),
            "uninspected_outside": np.zeros(year.size, int),
        }
    )
    return cells, offending.sum(axis=(1, 2, 3))


def compiled(home: Home) -> dict[str, str]:
    """The SQL of the models, as dbt ran it in this home."""
    folder = home.build / "dbt" / "compiled" / "customs_risk_warehouse" / "models"
    return {name: next(folder.rglob(f"{name}.sql")).read_text() for name in MODELS}


def estimate(models: dict[str, str], cells: pa.Table) -> duckdb.DuckDBPyConnection:
    """A database in which the models stand on simulated cells, names and all as in a build."""
    database = duckdb.connect(config={"threads": 2})
    database.execute("attach ':memory:' as staging")
    for name in SEEDS:
        path = PROJECT / "seeds" / f"{name}.csv"
        database.execute(f"create table staging.{name} as from read_csv('{path}', header = true)")
    database.register("cells", cells)
    database.execute("create table staging.int_random_draws_counted as from cells")
    for name, sql in models.items():
        database.execute(f"create table staging.{name} as {sql}")
    return database


def prove(models: dict[str, str], setting: Setting, years: int, seed: int) -> dict[str, float]:
    """How often the interval of a year holds the truth, and how far the estimate is off."""
    cells, truth = simulate(setting, years, seed)
    with estimate(models, cells) as database:
        got = database.execute(
            """
            select cast(split_part(source_system, ' ', 2) as integer) as year_number, hits,
                estimated_offences, found_offences, missed_offences, missed_lower, missed_upper
            from staging.int_missed_offences_estimated
            where scope_type = 'all' and period_grain = 'year' and reason is null
            """
        ).fetchnumpy()
    offending = truth[got["year_number"]]
    missed = offending - got["found_offences"]
    error = got["estimated_offences"] - offending
    slack = 1e-9
    too_high = missed < got["missed_lower"] - slack
    too_low = missed > got["missed_upper"] + slack
    return {
        "years": len(missed),
        "hits": got["hits"].mean(),
        "offending": offending.mean(),
        "missed": missed.mean(),
        "coverage": 1 - (too_high | too_low).mean(),
        "below": too_high.mean(),
        "above": too_low.mean(),
        "error": error.mean() / offending.mean(),
        "standard_error": error.std(ddof=1) / np.sqrt(len(error)) / offending.mean(),
    }


def holds(setting: Setting, result: dict[str, float]) -> bool:
    highest = 0.97 if setting.expected_hits >= 5 else 1
    unbiased = abs(result["error"]) <= max(0.02, 3 * result["standard_error"])
    return 0.93 <= result["coverage"] <= highest and unbiased


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder))
        dbt(home, "compile", "--select", *MODELS, doing="compiling")
        models = compiled(home)
    print(
        "| expected hits | setting | years | mean hits | offending | missed | coverage "
        "| truth below | truth above | mean error | standard error | holds |"
    )
    print("|---" * 12 + "|")
    failed = 0
    for number, setting in enumerate(settings()):
        result = prove(models, setting, YEARS, SEED + number)
        good = holds(setting, result)
        failed += not good
        print(
            f"| {setting.expected_hits} | {setting.name} | {result['years']:,} "
            f"| {result['hits']:.1f} | {result['offending']:.0f} | {result['missed']:.0f} "
            f"| {result['coverage']:.1%} | {result['below']:.1%} | {result['above']:.1%} "
            f"| {result['error']:+.1%} | {result['standard_error']:.1%} "
            f"| {'yes' if good else 'no'} |",
            flush=True,
        )
    err.print(f"{failed} settings do not hold")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
