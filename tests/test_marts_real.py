"""What the marts make of the Korean and the US publications, counted against the files."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crw.home import PROJECT, Home

Ask = Callable[[str], list[tuple]]

REPEATED_TO_THE_LETTER = 78
WEAPONS_LINES = 22_559 - REPEATED_TO_THE_LETTER


@pytest.fixture(scope="module")
def ask(real_home: Home) -> Ask:
    with duckdb.connect(real_home.current / "warehouse.duckdb", read_only=True) as release:
        yield lambda sql: release.execute(sql).fetchall()


def test_the_counts_that_crw_query_answers(real_home: Home, crw) -> None:
    answer = crw(
        real_home,
        "query",
        """
        select
            (select count(*) from fct_declarations where source_system = 'kcs') as declarations,
            (select count(*) from fct_declaration_items where source_system = 'kcs') as items,
            (select count(*) from fct_inspections where source_system = 'kcs') as inspections,
            (select count(*) from fct_inspections where is_hit) as hits,
            (select count(*) from seizure_statistics where is_published_sum) as drug_grains,
            (select sum(events) from seizure_statistics where is_published_sum) as drug_events,
            (select count(*) from fct_seizure_lines) as weapons_lines,
            (select count(distinct seizure_id) from fct_seizure_lines) as weapons_events
        """,
        "--format",
        "csv",
    )
    expected = [45_519, 45_519, 45_519, 9_818, 16_617, 430_649, WEAPONS_LINES, 14_924]
    assert answer.stdout.splitlines()[1] == ",".join(map(str, expected))


def test_what_the_korean_source_does_not_supply_is_null(ask: Ask) -> None:
    assert ask(
        "select count(channel_final) as channels, count(is_selected) as selected,"
        " count(primary_selection_reason) as reasons, count(released_at) as released,"
        " count(was_physically_inspected) as physical, count(has_seizure) as seized"
        " from fct_declarations where source_system = 'kcs'"
    ) == [(0, 0, 0, 0, 0, 0)]


def test_published_defects_are_null_and_codes_are_text(ask: Ask) -> None:
    """340 items without mass, 437 without price, 53 unknown countries, zeros kept or restored."""
    assert ask(
        "select count_if(net_mass_kg is null) as no_mass,"
        " count_if(customs_value_national is null) as no_price,"
        " count_if(country_origin = 'ZZ') + count_if(country_dispatch = 'ZZ') as unknown,"
        " count_if(hs6 like '0%') as leading_zero, min(length(office_code)) as shortest"
        " from fct_declaration_items where source_system = 'kcs'"
    ) == [(340, 437, 53, 2_142, 3)]
    assert ask("select distinct hs_version as v from fct_declaration_items") == [("HS2017",)]


def test_published_sums_cannot_be_told_apart(ask: Ask) -> None:
    assert ask("select count(category_events) from seizure_statistics where is_published_sum") == [
        (0,)
    ]


def test_every_weapons_event_counts_once(ask: Ask) -> None:
    assert ask("select sum(total_events) from seizure_statistics where not is_published_sum") == [
        (14_924,)
    ]
    assert ask(
        "select count(distinct record_number) from quality_quarantine"
        " where entity = 'weapons_seizures' and record_outcome = 'superseded'"
    ) == [(REPEATED_TO_THE_LETTER,)]


def test_no_seized_kind_is_without_category_and_units_stay_apart(ask: Ask) -> None:
    assert ask("select count(*) from fct_seizure_lines where category_code = 'OTHER'") == [(0,)]
    assert ask("select distinct unit from seizure_statistics order by unit") == [
        ("item",),
        ("lb",),
        ("round",),
    ]


def test_us_fiscal_years_become_calendar_months(ask: Ask, shared_data: Path) -> None:
    """October of fiscal 2019 is October 2018; counted from the file without the warehouse."""
    file = shared_data / "cbp_seizures" / "cbp_drug_seizures_fy19_22.csv"
    in_file = duckdb.sql(
        f"select sum(\"Count of Event\"::int) from read_csv('{file}', all_varchar=true)"
        " where \"FY\" = '2019' and \"Month (abbv)\" = 'OCT'"
    ).fetchone()
    in_mart = ask(
        "select sum(events) from seizure_statistics"
        " where is_published_sum and month_on = '2018-10-01'"
    )
    assert in_mart == [in_file]


def test_every_commodity_has_its_chapter(ask: Ask) -> None:
    assert ask("select count(*) from dim_commodity where not is_listed") == [(0,)]
    assert ask("select count(*) from dim_country where not is_listed") == [(0,)]


# What the published fields support; all else must say why not.
FILLED_KPIS = {
    "kcs": {"SEL12", "GOV03", "GOV05"},
    "cbp": {"SAF03", "SAF05", "SAF09", "SAF12", "GOV03", "GOV05"},
}
FILLED_MARTS = {
    "kcs": {
        *("route_risk", "operator_risk", "risk_indicators", "missed_risk", "random_quota_plan"),
        "candidate_rules",
    },
    "cbp": {"modus_operandi_trends"},
}


def test_every_kpi_is_filled_or_says_why_not(ask: Ask) -> None:
    filled = ask(
        "select distinct source_system, kpi_code from fct_kpi_values where value is not null"
    )
    assert {s: {code for source, code in filled if source == s} for s in FILLED_KPIS} == FILLED_KPIS
    reasons = {
        reason
        for (reason,) in ask("select distinct reason from fct_kpi_values where value is null")
    }
    assert all(reason and len(reason.split()) >= 3 for reason in reasons), reasons
    assert not any("built" in reason for reason in reasons)
    # A zero is of something the source counts: it has met a case of it by then.
    assert not ask(
        "select distinct kpi_code from fct_kpi_values as zero"
        " where value = 0 and kpi_code like 'SAF%'"
        " and not exists (select 1 from fct_kpi_values as met where met.value > 0"
        " and met.source_system = zero.source_system and met.kpi_code = zero.kpi_code"
        " and met.period_grain = zero.period_grain and met.period_start <= zero.period_start)"
    )


def test_every_mart_of_risk_is_filled_or_says_why_not(ask: Ask) -> None:
    filled = ask("select source_system, mart_name from mart_coverage where is_filled")
    found = {s: {mart for source, mart in filled if source == s} for s in FILLED_MARTS}
    assert found == FILLED_MARTS
    lacking = "select count(*) from mart_coverage where not is_filled and reason is null"
    assert ask(lacking) == [(0,)]
    # The rows there are without a draw say so themselves.
    assert ask("select distinct reason, count(missed_offences) from missed_risk group by all") == [
        ("no random draw", 0)
    ]


def test_figures_of_the_published_seizures_agree_with_the_file(ask: Ask, shared_data: Path) -> None:
    """Weapons, ammunition and explosives by calendar year, each event once."""
    file = shared_data / "cbp_seizures" / "cbp_weapons_seizures_fy22_25.csv"
    in_file = duckdb.sql(
        f"""
        select
            left("Fiscal Year", 4)::int - ("Month (abbv)" in ('OCT', 'NOV', 'DEC'))::int as of_year,
            count(distinct "Event ID") as events
        from read_csv('{file}', all_varchar = true)
        where "Category" not in (
            select subcategory from '{PROJECT}/seeds/seizure_category_map.csv'
            where source_system = 'cbp' and category_code = 'STRAT'
        )
        group by all order by all
        """
    ).fetchall()
    in_scoreboard = ask(
        "select extract(year from period_start) as of_year, value from fct_kpi_values"
        " where source_system = 'cbp' and kpi_code = 'SAF09' and period_grain = 'year'"
        " and scope_type = 'all' and value is not null order by 1"
    )
    assert in_scoreboard == in_file


def test_the_korean_score_finds_more_than_chance(ask: Ask) -> None:
    """All of the sample is inspected, so precision on top stands beside the rate of all."""
    ((precision, all_of_it),) = ask(
        "select min(value), (select 100 * avg(is_hit::int) from fct_inspections)"
        " from fct_kpi_values where source_system = 'kcs' and kpi_code = 'SEL12'"
        " and period_grain = 'year' and scope_type = 'all'"
    )
    assert precision > 1.2 * all_of_it


def test_gaps_are_shown_for_what_they_are_and_nothing_valid_is_refused(
    ask: Ask, shared_data: Path
) -> None:
    """Each counted in the files by another road, and read from the mart that shows it."""
    rows = [
        row
        for path in sorted((shared_data / "kcs_declarations").glob("declarations_*.csv"))
        for row in csv.DictReader(path.open(newline=""))
    ]
    unknown = [(r["Country of Origin"] == "ZZ") + (r["Country of Departure"] == "ZZ") for r in rows]
    counted = {
        "net_mass_kg": sum(float(r["Net Mass"]) == 0 for r in rows),
        "customs_value_national": sum(float(r["Item Price"]) == 0 for r in rows),
        "country_origin, country_dispatch": sum(map(bool, unknown)),
        "tax_rate_percent": sum(float(r["Tax Rate"]) > 100 for r in rows),
    }
    assert list(counted.values()) == [340, 437, 39, 294] and sum(unknown) == 53
    shown = ask(
        "select field, gap_records from quality_gaps where source_system = 'kcs'"
        f" and records = {len(rows)} and gap_documents = gap_records and len(meaning) > 40"
        " and (field, gap) in (('net_mass_kg', 'missing'), ('customs_value_national', 'missing'),"
        " ('country_origin, country_dispatch', 'unknown'), ('tax_rate_percent', 'above'))"
    )
    assert dict(shown) == counted
    assert ask(
        "select sum(gap_records) from quality_gaps where source_system = 'kcs'"
        " and gap = 'unknown' and field in ('country_origin', 'country_dispatch')"
    ) == [(53,)]
    # True rates, to the digit; nothing cut off, nothing refused.
    kept = ask("select tax_rate_percent from fct_declaration_items where tax_rate_percent > 100")
    true = sorted(float(r["Tax Rate"]) for r in rows if float(r["Tax Rate"]) > 100)
    assert sorted(float(rate) for (rate,) in kept) == pytest.approx(true, abs=1e-4)
    assert ask(
        "select sum(records_accepted), sum(records_quarantined + records_rejected)"
        " from quality_reconciliation where source_system = 'kcs'"
    ) == [(len(rows), 0)]
    assert ask("select count(*) from quality_quarantine where source_system = 'kcs'") == [(0,)]


def test_every_gap_explained_is_counted(ask: Ask) -> None:
    with (PROJECT / "seeds" / "field_gaps.csv").open(newline="") as file:
        explained = {(row["mart_name"], row["field"], row["gap"]) for row in csv.DictReader(file)}
    assert set(ask("select distinct mart_name, field, gap from quality_gaps")) == explained
