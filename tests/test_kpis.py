"""The registry of KPIs, the models that compute them, and the scoreboard agree."""

import csv
import re

import duckdb
import pytest
import yaml

from crw import check, contract
from crw.home import PROJECT, Home

MODELS = {
    path.stem.removeprefix("int_kpi__").upper(): path.read_text()
    for path in (PROJECT / "models" / "intermediate" / "kpi").glob("int_kpi__*.sql")
}
UNIT_TESTS = "".join(
    path.read_text()
    for path in (PROJECT / "models" / "intermediate" / "kpi").glob("*unit_tests.yml")
)
BUILT = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["kpis_built"]


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


REGISTRY = {row["kpi_code"]: row for row in seed("kpis")}


def test_every_model_is_listed_and_registered() -> None:
    assert sorted(BUILT) == sorted(MODELS)
    assert set(BUILT) <= set(REGISTRY)


@pytest.mark.parametrize("code", sorted(MODELS))
def test_a_model_has_the_code_and_the_scopes_of_the_registry(code: str) -> None:
    call = re.search(r"\{\{ (kpi_\w+)\(((?:(?!\}\}).)*)\) \}\}\s*$", MODELS[code], re.DOTALL)
    assert call and f"'{code}'" in call[2]
    listed = re.search(r"\[(.*?)\]", call[2])
    scopes = re.findall(r"\w+", listed[1]) if listed else ["all"]
    assert scopes == REGISTRY[code]["scopes"].split("|")


@pytest.mark.parametrize("code", sorted(MODELS))
def test_every_model_has_a_unit_test(code: str) -> None:
    assert f"model: int_kpi__{code.lower()}\n" in UNIT_TESTS


def test_seeds_name_what_is_registered() -> None:
    for name in ("kpi_targets", "kpi_needs", "kpi_parameters", "kpi_categories"):
        assert {row["kpi_code"] for row in seed(name)} <= set(REGISTRY), name
    sources = {row["source_system"] for row in seed("sources")}
    for name in ("kpi_targets", "kpi_needs"):
        assert {row["source_system"] for row in seed(name)} <= sources, name
    assert {row["category_code"] for row in seed("kpi_categories")} <= {
        row["category_code"] for row in seed("seizure_categories")
    }
    laws = {row["legal_basis_code"] for row in seed("legal_bases")}
    for row in REGISTRY.values():
        assert row["legal_basis_code"] in laws and row["owner"] and row["considerations"]
    for row in seed("kpi_targets"):
        kpi = REGISTRY[row["kpi_code"]]
        assert row["scope_type"] in kpi["scopes"].split("|"), row
        assert kpi["direction"] != "none" and row["reason"], row
        assert (kpi["direction"] == "band") == bool(row["target_upper"]), row


def test_every_input_of_every_kpi_is_a_column_that_is_supplied() -> None:
    """Of the landing contract; of a seed or of the check results where the KPI judges those."""
    columns = {
        name: {column.snake for column in entity.columns}
        for name, entity in contract.entities()["cdps"].items()
    }
    own = yaml.safe_load((PROJECT / "models/staging/crw/_crw__sources.yml").read_text())
    for table in own["sources"][0]["tables"]:
        if table["name"] == "check_results":
            columns["check_results"] = {column["name"] for column in table["columns"]}
    inputs = seed("kpi_inputs")
    for row in inputs:
        if row["entity"] not in columns:
            columns[row["entity"]] = set(seed(row["entity"])[0])
        assert row["column_name"] in columns[row["entity"]], row
    assert {row["kpi_code"] for row in inputs} == set(REGISTRY)


def test_every_check_says_which_entities_it_speaks_of() -> None:
    """Else a KPI would be trusted although a check of its data failed."""
    listed = {(row["checked"], row["check_name"]) for row in seed("checked_entities")}
    entities = {row["entity"] for row in seed("kpi_inputs")} | {
        "*",
        "kpis",
        "enforcement_cases",
        "scores",
    }
    assert {row["entity"] for row in seed("checked_entities")} <= entities
    for suite in check.suites():
        for asked in suite["checks"]:
            names = {(suite["entity"], name) for name in (asked["name"], "*")}
            assert names & listed, asked["name"]
    core = (PROJECT / "models" / "marts" / "core").glob("*.sql")
    assert {path.stem for path in core} <= {checked for checked, _ in listed}


def test_grains_left_out_are_of_scopes_that_are_registered() -> None:
    for row in seed("kpi_grains_left_out"):
        assert row["scope_type"] in REGISTRY[row["kpi_code"]]["scopes"].split("|"), row
        assert row["period_grain"] in ("month", "quarter") and row["reason"], row


def test_control_types_cite_laws_that_are_listed_or_none() -> None:
    laws = {row["legal_basis_code"] for row in seed("legal_bases")}
    for row in seed("control_types"):
        assert row["legal_basis_code"] in laws | {""} and row["source"], row
        assert bool(row["legal_basis_code"]) == bool(row["provision"]), row


def test_no_kpi_vanishes_and_none_is_shown_twice(built_home: Home) -> None:
    """Every registered KPI, in every period of its source, in each of its scopes: one row."""
    with duckdb.connect(str(built_home.warehouse), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select kpi_code, scope_type, scope_value, count(*),"
            " count(distinct (period_grain, period_start))"
            " from fct_kpi_values group by all"
        ).fetchall()
        (periods,) = warehouse.sql(
            "select count(distinct (period_grain, period_start)) from fct_kpi_values"
        ).fetchone()
        wrong = warehouse.sql(
            "select kpi_code, value, lower, upper, reason, status from fct_kpi_values where"
            " (value is null) <> (reason is not null)"
            " or (value is null) <> (status = 'not_estimable')"
            " or not isfinite(value) or value < 0 or not value between lower and upper"
            " or (unit = 'percent' and lower is not null and value > 100)"
            " or (denominator = 0 and value is not null)"
        ).fetchall()
    assert {row[0] for row in rows} == set(REGISTRY)
    assert all(row[3] == row[4] == periods for row in rows)
    assert not wrong
    by_code: dict[str, set[str]] = {}
    for code, scope_type, *_ in rows:
        by_code.setdefault(code, set()).add(scope_type)
    for code in MODELS:
        assert by_code[code] <= set(REGISTRY[code]["scopes"].split("|")) | {"all"}


def test_months_add_up_to_quarters_and_years(built_home: Home) -> None:
    """Where cases are whole and of one category, no grain loses or doubles any."""
    with duckdb.connect(str(built_home.warehouse), read_only=True) as warehouse:
        differing = warehouse.sql(
            "with sums as (select kpi_code, scope_type, scope_value, period_grain,"
            " sum(v.numerator) as numerator, sum(v.denominator) as denominator"
            " from fct_kpi_values as v join dim_kpi using (kpi_code)"
            " where kind in ('proportion', 'count') and time_basis not in"
            " ('planned', 'day of reference') group by all)"
            " select kpi_code, scope_type, scope_value from sums group by all"
            " having count(distinct numerator) > 1 or count(distinct denominator) > 1"
        ).fetchall()
    assert not differing
