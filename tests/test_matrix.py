"""What was planted shows: gaps with partners, new ways of hiding, findings that rules came from."""

import csv
from datetime import date, timedelta

import duckdb
import pytest

from crw.home import PROJECT, Home

PARAMETERS = PROJECT / "crw" / "generate" / "parameters"


def planted(name: str) -> list[dict[str, str]]:
    with (PARAMETERS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def warehouse(planted_home: Home):
    with duckdb.connect(str(planted_home.warehouse), read_only=True) as connection:
        yield connection


def test_planted_mirror_gaps_are_on_top(warehouse) -> None:
    """Of ten flows with most missing, at least four were planted, and the largest was."""
    rows = warehouse.sql(
        "select hs_code, country_dispatch, sum(missing_value_national) as missing"
        " from mirror_gaps where hs_level = 'heading' and months_compared > 0"
        " group by all order by missing desc, hs_code, country_dispatch limit 10"
    ).fetchall()

    def is_planted(hs: str, country: str) -> bool:
        return any(
            hs.startswith(row["hs"][:4]) and country == row["partner"] and float(row["factor"]) > 1
            for row in planted("mirror_gaps")
        )

    found = [is_planted(hs, country) for hs, country, _ in rows]
    assert found[0], rows
    assert sum(found) >= 4, rows


def test_ways_that_come_up_are_met_only_then(warehouse) -> None:
    """None is met before it came up, and one met for the first time is told as new."""
    start = date(2024, 7, 1)
    comes_up = {
        (row["category"], row["method"]): start + timedelta(days=730 * float(row["emerges"]))
        for row in planted("concealments")
        if row["weight_from"] == "0" and row["category"] != "*"
    }
    assert comes_up
    met = warehouse.sql(
        "select whole, trait, first_quarter_on, bool_or(is_new) from modus_operandi_trends"
        " where trait_type = 'concealment' group by all"
    ).fetchall()
    new = [row for row in met if (row[0], row[1]) in comes_up]
    assert len(new) >= 3
    for category, method, first_on, is_new in new:
        assert first_on + timedelta(days=92) > comes_up[category, method], (category, method)
        assert is_new or first_on < date(2025, 7, 1), (category, method)


def test_rules_answer_the_findings_they_came_from(warehouse) -> None:
    """A planted rule begins 5 to 85 days after the finding it names."""
    rows = warehouse.sql(
        "select r.rule_code, f.answer, f.days_to_rule from dim_risk_rule as r"
        " join findings_to_measures as f on f.source_system = r.source_system"
        " and f.finding_id = r.source_finding_id"
        " where r.source_finding_type in ('inspection', 'audit')"
    ).fetchall()
    assert rows
    assert all(answer == "answered in time" for _, answer, _ in rows), rows


def test_shares_of_risk_and_effort_are_whole(warehouse) -> None:
    registered = len(planted("register"))
    shares = warehouse.sql(
        "select count(*), sum(risk_share_percent), sum(effort_share_percent),"
        " count(*) filter (where likelihood_level is null) from risk_matrix"
    ).fetchone()
    assert shares[0] == registered
    assert shares[1] == pytest.approx(100, abs=1e-3)
    assert shares[2] == pytest.approx(100, abs=1e-3)
    assert shares[3] == 0
