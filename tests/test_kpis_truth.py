"""Every KPI against a second computation that shares no line with the first (recompute.py)."""

import math
from pathlib import Path

import duckdb
import pytest
import recompute
import straight
import yaml

from crw.home import PROJECT, Home, read_json

BUILT = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["kpis_built"]

# KPIs that are built and not computed again, each with the reason.
LEFT_OUT: dict[str, str] = {
    "FAC08": "Medians of cases weighted to another mix, one definition of many: unit tests",
    "GOV04": "Judges the figures of the scoreboard, proved here, against their targets",
    "GOV05": "Counts the figures of the scoreboard by the verdict of the checks on their inputs",
    "REV03": "An estimate from medians of reference groups that nest; its parts have unit tests",
    "REV04": "Months that partners have not reported yet are left out by rules of their own",
    "REV05": "Ranks by the score, a sum of fifteen indicators that each have unit tests",
    "SEL05": "An estimate from the same draw as SEL04, whose parts are proved there",
    "SEL10": "Attributes inspections to rules, a method of its own with unit tests",
    "SEL12": "Ranks by the score, as REV05",
}


@pytest.fixture(scope="module")
def landing_folder(tmp_path_factory, crw) -> Path:
    """A demo of more than a year without a broken record, so that months are no years."""
    folder = tmp_path_factory.mktemp("truth")
    sizes = ("--declarations", 8000, "--months", 28, "--seed", 5)
    crw(folder / "none", "generate", "--out", folder, *sizes, "--no-defects")
    return folder


@pytest.fixture(scope="module")
def scoreboard(
    landing_folder: Path, tmp_path_factory, crw, built_home: Home
) -> dict[str, dict[tuple, tuple]]:
    home = Home.open(tmp_path_factory.mktemp("scored") / "home")
    crw(home, "load", "cdps", landing_folder / "landing")
    straight.build(home, built_home, lambda node: node["name"] == "fct_kpi_values")
    return scores(home.warehouse)


def scores(warehouse: Path) -> dict[str, dict[tuple, tuple]]:
    with duckdb.connect(str(warehouse), read_only=True) as database:
        rows = database.sql(
            "select kpi_code, period_grain, cast(period_start as varchar), scope_type, scope_value,"
            " numerator, denominator, value from fct_kpi_values where source_system = 'cdps'"
        ).fetchall()
    shown: dict[str, dict[tuple, tuple]] = {}
    for code, *key, numerator, denominator, value in rows:
        shown.setdefault(code, {})[tuple(key)] = (numerator, denominator, value)
    return shown


@pytest.fixture(scope="module")
def landing(landing_folder: Path) -> recompute.Landing:
    end = read_json(landing_folder / "truth" / "parameters.json")["end"]
    return recompute.Landing(landing_folder / "landing", end)


def test_every_kpi_is_computed_twice_or_says_why_not() -> None:
    assert not set(LEFT_OUT) & set(recompute.KPIS)
    assert set(BUILT) <= set(LEFT_OUT) | set(recompute.KPIS)
    assert all(LEFT_OUT.values())
    assert len(recompute.KPIS) >= 55


@pytest.mark.parametrize("code", sorted(set(recompute.KPIS) & set(BUILT)))
def test_a_kpi_is_what_its_definition_makes_of_the_landing_files(
    code: str, landing: recompute.Landing, scoreboard: dict
) -> None:
    """Numerator, denominator and value of every period and scope, none missing, none too many."""
    wrong = differences(code, recompute.KPIS[code](landing), scoreboard[code])
    assert not wrong, f"{len(wrong)} of {len(scoreboard[code])}, as {wrong[:5]}"


def differences(code: str, expected: recompute.Figures, shown: dict[tuple, tuple]) -> list:
    counted = recompute.REGISTRY[code]["kind"] == "count"
    wrong = [(key, "not on the scoreboard") for key in expected if key not in shown]
    for key, figures in shown.items():
        if key in expected:
            wanted = expected[key]
        elif counted and known_from(expected, key):
            wanted = (0, None, 0)
        else:
            wanted = (None, None, None)
        named = zip(figures, wanted, strict=True)
        if not all(same(is_, should) for is_, should in named):
            wrong.append((key, figures, wanted))
    return wrong


def known_from(expected: recompute.Figures, key: tuple) -> bool:
    """A count is zero, not unknown, from the first period in which the source had such a case."""
    grain, start, scope, value = key
    like = (scope, value) if scope == "category" else ("all", "all")
    first = [k[1] for k in expected if k[0] == grain and k[2:] == like]
    return bool(first) and min(first) <= start


def same(shown: float | None, wanted: float | None) -> bool:
    if shown is None or wanted is None:
        return shown is wanted
    return math.isclose(shown, wanted, rel_tol=1e-9, abs_tol=1.1e-6)
