"""What is written down, and the rules of style that a machine can hold: no database needed.

Everything is described; a model asks one question in at most 120 lines; its numbers and lists
stand in seeds, what only one engine understands in macros; sources are never added up.
"""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from crw.home import PROJECT
from crw.serve import assets

MODELS = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}
OURS = sorted(
    name
    for name, path in MODELS.items()
    if path.relative_to(PROJECT / "models").parts[0] in ("intermediate", "marts")
)
MARTS = sorted(name for name in OURS if "marts" in MODELS[name].parts)
LONGEST = 120  # lines

# Models a command writes from the contracts: as long as those are.
WRITTEN = {
    name for name in OURS if MODELS[name].read_text().startswith("-- Written by `make staging`")
}

# Where a number is no choice of ours: of types, of digits kept, of codes cut, of months in a year.
DEFINITIONS = re.compile(
    r"decimal\(\d+, \d+\)|,\s+6\s*\)|\bleft\([\w.]+, \d\)|\blag\(value, (?:4|12)\)|"
    r"\binterval '?\d+'?|100(?:\.0)? \* | / 100\b"
)

# And single ones: the model, the number, why, since when.
NUMBERS = {
    ("int_kpi__saf19", "24"): ("hours of a day", date(2026, 11, 24)),
    ("dim_date", "6"): ("Saturday, of days counted from Monday", date(2026, 11, 24)),
    ("int_declarations_tested", "3"): ("the deepest of three types of control", date(2026, 11, 24)),
    ("int_items_inspected", "3"): ("the deepest of three types of control", date(2026, 11, 27)),
    ("int_risk_likelihoods", "1000"): ("a rate per 1,000, by its name", date(2026, 11, 24)),
    ("int_selection_groups_summed", "1000.0"): ("thousandths, by their name", date(2026, 11, 27)),
    ("int_selection_options_summed", "1000"): ("thousandths, by their name", date(2026, 11, 27)),
    ("int_hit_rates_expected", "9"): ("digits kept of a rate between steps", date(2026, 11, 24)),
}

# What is grouped without its source, and why that adds up none.
GROUPED = {
    "int_items_scored": "item_key is of one item of one source",
    "int_candidates_first": "a candidate is of one source",
    "random_quota_plan": "the precisions wanted are of no source",
    "int_events_by_day": "each part of the union reads one source",
}
SMALL = {"0", "1", "0.0", "1.0", "2"}  # none, one, whole, half

# What DuckDB alone understands. Spark has other words for it, and macros/ the only place for both.
ENGINE = re.compile(
    r"\b(list_\w+|array_\w+|unnest|string_split|string_agg|quantile\w*|median|mode|arg_max|arg_min|"
    r"regexp_\w+|strftime|strptime|date_diff|date_part|datediff|epoch\w*|make_date|make_timestamp|"
    r"to_months|to_days|try_cast|generate_series|range|struct_pack|row|exclude|replace|columns)\s*\(|"
    r"::|\binterval\b|\bqualify\b|\bpivot\b|\bunpivot\b|\basof\b|\bsemi join\b|\banti join\b|"
    r"\blambda\b|->|\bgroup by all\b|\border by all\b|\bread_\w+|\bat time zone\b"
)


def pages(kind: str, folder: str) -> dict[str, dict]:
    """What the yml files of a folder describe, by name."""
    return {
        thing["name"]: thing
        for path in (PROJECT / folder).rglob("*.yml")
        for thing in yaml.safe_load(path.read_text()).get(kind, [])
    }


def bare(sql: str) -> str:
    """SQL without comments and jinja; texts in quotes are kept."""
    sql = re.sub(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", " ", sql, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", " it ", sql, flags=re.DOTALL)


def unquoted(sql: str) -> str:
    return re.sub(r"'[^']*'", "''", bare(sql))


DESCRIBED = pages("models", "models")
SEEDS = pages("seeds", "seeds")


@pytest.mark.parametrize("name", OURS)
def test_a_model_is_described(name: str) -> None:
    assert DESCRIBED[name]["description"].strip()


@pytest.mark.parametrize("path", sorted((PROJECT / "seeds").glob("*.csv")), ids=lambda p: p.stem)
def test_a_seed_and_its_columns_are_described(path: Path) -> None:
    page = SEEDS[path.stem]
    assert page["description"].strip()
    described = {c["name"] for c in page["columns"] if c.get("description", "").strip()}
    with path.open(encoding="utf-8") as file:
        assert set(file.readline().strip().split(",")) == described


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "macros").rglob("*.sql")), ids=lambda path: path.stem
)
def test_a_public_macro_says_what_it_is_for(path: Path) -> None:
    """A comment before it, or before the group it stands in; what begins with _ is private."""
    text = path.read_text()
    first = re.search(r"\{%-? (?:macro|test|materialization)", text)
    assert first and "{#" in text[: first.start()], "the file does not say what its macros are for"


@pytest.mark.parametrize("name", [name for name in OURS if name not in WRITTEN])
def test_a_model_asks_one_question(name: str) -> None:
    assert len(MODELS[name].read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [name for name in OURS if name not in WRITTEN])
def test_numbers_of_a_model_stand_in_seeds(name: str) -> None:
    sql = DEFINITIONS.sub(" ", unquoted(MODELS[name].read_text()))
    found = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", sql)) - SMALL
    assert not {number for number in found if (name, number) not in NUMBERS}


@pytest.mark.parametrize("name", [name for name in OURS if name not in WRITTEN])
def test_lists_of_a_model_stand_in_seeds(name: str) -> None:
    """Two or three status codes of the contract may be named; more is a list."""
    lists = re.findall(r"\bin \(((?:\s*'[^']*',?)+)\s*\)", bare(MODELS[name].read_text()))
    assert all(found.count("'") <= 2 * 3 for found in lists), lists


@pytest.mark.parametrize("name", OURS)
def test_a_model_speaks_no_engine_of_its_own(name: str) -> None:
    assert not [found[0] for found in ENGINE.finditer(unquoted(MODELS[name].read_text()))]


@pytest.mark.parametrize("name", sorted({*OURS} - {*GROUPED} - {"seizure_statistics"}))
def test_no_model_adds_up_sources(name: str) -> None:
    """What is grouped or ranked is so by source too, where the model speaks of sources."""
    sql = unquoted(MODELS[name].read_text())
    if "source_system" not in sql:
        return
    groups = re.findall(r"\bgroup by ([^)\n]*(?:\n\s+[\w.]+,?[^\n]*)*)", sql)
    groups += re.findall(r"\bpartition by ([^)]*)", sql)
    assert all("source_system" in group or group.strip() == "it" for group in groups), groups


def asked_by(folder: str, board: dict) -> set[str]:
    """The marts behind the charts and filters of a dashboard."""
    charts, filters = assets.charts(), assets.shared("filters")
    used = {charts[path]["dataset"] for path in assets.placed(folder, board).values()}
    return used | {filters[name]["dataset"] for name in board["filters"] if name != "period"}


def test_every_dashboard_is_an_exposure_of_its_marts() -> None:
    boards = assets.boards()
    exposures = pages("exposures", "models")
    assert set(exposures) == set(boards)
    for name, exposure in exposures.items():
        named = {re.fullmatch(r"ref\('(\w+)'\)", one)[1] for one in exposure["depends_on"]}
        assert named == asked_by(name, boards[name]), name
        assert exposure["description"].strip() and exposure["owner"]["name"].strip()


def test_the_documentation_of_dbt_can_be_made(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dbt.cli.main", "docs", "generate", "--empty-catalog"]
    command += ["--project-dir", ".", "--profiles-dir", ".", "--no-compile"]
    command += ["--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)]
    (tmp_path / "home" / "build").mkdir(parents=True)
    done = subprocess.run(
        command,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ | {"CRW_HOME": str(tmp_path / "home"), "DO_NOT_TRACK": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "target" / "catalog.json").is_file()
