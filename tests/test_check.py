"""The gate: it stops what is wrong, says why in a line, and cannot pass by not looking."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest

from crw import check, contract, publish, raw
from crw.home import Home, read_json


def outcomes(home: Home, name: str) -> dict[str, check.Outcome]:
    """Outcome of a check by source."""
    found = check.judge(home, read_json(home.build_state))
    return {outcome.source_system: outcome for outcome in found if outcome.check_name == name}


def change_mart(home: Home, sql: str) -> None:
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute(sql)


def renumbered(landing: Path, month: str, folder: Path) -> Path:
    """A month's declarations once more under new numbers: a doubled delivery no key reveals."""
    folder.mkdir()
    for entity in ("declarations", "declaration_items"):
        # Some records of the demo are not UTF-8: they come along byte for byte.
        as_it_is = {"newline": "", "errors": "surrogateescape"}
        with (landing / f"{entity}_{month}.csv").open(**as_it_is) as read:
            rows = list(csv.DictReader(read))
        with (folder / f"{entity}_again.csv").open("w", **as_it_is) as write:
            writer = csv.DictWriter(write, rows[0].keys())
            writer.writeheader()
            for row in rows:
                writer.writerow(row | {"declaration_id": f"{row['declaration_id']}A"})
    return folder


def test_the_demo_passes(built_home: Home):
    results = read_json(built_home.check_state)["results"]
    assert not [r for r in results if r["blocks"]]
    assert sum(r["kind"] == "gx" and r["status"] == "pass" for r in results) >= 60
    assert sum(r["kind"] == "dbt" for r in results) >= 50


def test_a_doubled_delivery_keeps_the_old_release(
    home_copy: Home, demo_files: Path, tmp_path: Path, crw
):
    before = publish.current(home_copy)
    again = renumbered(demo_files / "landing", "202606", tmp_path / "again")
    told = crw(home_copy, "run", "cdps", again, code=1).stderr
    (line,) = [x for x in told.splitlines() if x.startswith("blocker declarations_by_month")]
    assert "2026-06" in line and "Ask the source" in line
    assert publish.current(home_copy) == before
    # Run again, it fails again; it is not taken for done.
    crw(home_copy, "publish", code=1)
    # Days, repeats and what belongs to a declaration tell of it too: each is accepted by its name.
    results = read_json(home_copy.check_state)["results"]
    blockers = {r["check_name"] for r in results if r["blocks"]}
    assert {"declarations_by_month", "repeated_declarations"} <= blockers
    crw(home_copy, "publish", "--accept", "declarations_by_month", "--reason", "a peak", code=1)
    names = [word for name in sorted(blockers) for word in ("--accept", name)]
    crw(home_copy, "publish", *names, "--reason", "a true peak")
    assert publish.current(home_copy) != before
    accepted = """
        select check_name, accepted_because, accepted_by is not null as by_somebody
        from quality_checks
        where is_latest_run and accepted_at is not null and check_name = 'declarations_by_month'
    """
    (shown,) = crw(home_copy, "query", accepted, "--format", "json").stdout.splitlines()
    assert json.loads(shown) == {
        "check_name": "declarations_by_month",
        "accepted_because": "a true peak",
        "by_somebody": True,
    }


@pytest.mark.parametrize(
    ("name", "tamper"),
    [
        (
            "declarations_by_month",
            "delete from fct_declarations where strftime(accepted_on, '%Y-%m') = '2026-05'",
        ),
        (
            "channel_shares_by_month",
            "update fct_declarations set channel_final = 'red' "
            "where strftime(accepted_on, '%Y-%m') = '2026-06' and hash(declaration_id) % 4 = 0",
        ),
        ("released_without_channel", "update fct_declarations set channel_final = null"),
        (
            "customs_value_by_month",
            "update fct_declarations set customs_value_national = customs_value_national * 100 "
            "where strftime(accepted_on, '%Y-%m') = '2026-06'",
        ),
        ("items_without_value", "update fct_declaration_items set customs_value = null"),
        (
            "declarations_of_unknown_offices",
            "update dim_office set is_listed = false where office_code = 'QM010'",
        ),
        ("quarantined_records", "update quality_reconciliation set records_quarantined = 1000"),
        (
            "daily_entities_are_fresh",
            "update quality_freshness set days_behind = 30 where entity = 'inspections'",
        ),
    ],
)
def test_what_is_wrong_is_stopped(home_copy: Home, name: str, tamper: str):
    change_mart(home_copy, tamper)
    found = outcomes(home_copy, name)["cdps"]
    assert (found.status, found.blocks) == ("fail", True), found


def test_a_check_that_cannot_run_is_a_blocker(built_home: Home, tmp_path: Path, monkeypatch):
    (tmp_path / "_words.sql").write_text("select 1")
    suite = """
        entity: fct_declarations
        needs: {cdps: [declarations], kcs: [declarations]}
        owner: nobody
        measure: MEASURE
        checks:
          - {name: CHECK, expect: EXPECT, with: {column: COLUMN, min_value: 0}, severity: warning,
             meaning: m, because: b}
    """
    good = "select source_system, 'all' as label, 1 as figure from dim_source"
    cases = {
        "no_such_mart": ("select 1 as one from nowhere", "column_values_to_be_between", "figure"),
        "no_such_column": (good, "column_values_to_be_between", "nowhere"),
        "no_such_expectation": (good, "column_values_to_be_happy", "figure"),
        "nothing_measured": (f"{good} where false", "column_values_to_be_between", "figure"),
        "fine": (good, "column_values_to_be_between", "figure"),
    }
    for name, (measure, expect, column) in cases.items():
        text = suite.replace("MEASURE", measure).replace("CHECK", name)
        text = text.replace("EXPECT", expect).replace("COLUMN", column)
        (tmp_path / f"{name}.yml").write_text(text)
    monkeypatch.setattr(check, "_FOLDER", tmp_path)
    for name in cases:
        found = outcomes(built_home, name)
        assert found["cdps"].status == ("pass" if name == "fine" else "error")
        assert found["cdps"].blocks == (name != "fine")
        # Nobody loaded kcs here: that is said, not passed.
        assert found["kcs"].status == "not_applicable"


def changed(home: Home, *tampers: str) -> dict[str, check.Outcome]:
    """Outcomes of source cdps by check, after changes to the marts."""
    for sql in tampers:
        change_mart(home, sql)
    found = check.judge(home, read_json(home.build_state))
    return {o.check_name: o for o in found if o.source_system == "cdps"}


LAST_DAY = "from fct_declarations where source_system = 'cdps' and accepted_on = '2026-06-30'"


@pytest.mark.parametrize(
    ("tamper", "status"),
    [
        (f"delete {LAST_DAY}", "pass"),
        (f"delete {LAST_DAY.replace('06-30', '06-29')}", "fail"),
        (
            f"insert into fct_declarations select fct_declarations.* {LAST_DAY}".replace(
                " where", ", range(6) where"
            ),
            "fail",
        ),
    ],
    ids=["half_delivered", "the_day_before", "too_full"],
)
def test_the_last_day_may_be_half_delivered(home_copy: Home, tamper: str, status: str) -> None:
    assert changed(home_copy, tamper)["declarations_by_day"].status == status


def test_every_check_of_every_source_has_an_outcome(built_home: Home):
    """Asked is asked: what a suite says of a source comes out once, whatever became of it."""
    asked = [
        (source, one["name"])
        for suite in check.suites()
        for one in suite["checks"]
        for source in one.get("sources", suite["needs"])
    ]
    found = check.judge(built_home, read_json(built_home.build_state))
    told = [(o.source_system, o.check_name) for o in found if o.kind == "gx"]
    assert sorted(told) == sorted(asked)
    # At least 40 have something to judge in the smallest demo.
    assert sum(o.kind == "gx" and o.status == "pass" for o in found) >= 60


def test_every_entity_that_a_kpi_counts_is_judged():
    """Else a KPI would be trusted because nobody looked."""
    with (check.PROJECT / "seeds" / "checked_entities.csv").open() as file:
        speaks = list(csv.DictReader(file))
    names = {(s["entity"], c["name"]) for s in check.suites() for c in s["checks"]}
    judged = {
        row["entity"]
        for row in speaks
        for entity, name in names
        if row["checked"] == entity and row["check_name"] in (name, "*")
    }
    entities = set().union(*(contract.entities()[source] for source in contract.entities()))
    with (check.PROJECT / "seeds" / "kpi_inputs.csv").open() as file:
        counted = {row["entity"] for row in csv.DictReader(file)}
    assert counted & entities <= judged


def test_a_check_that_is_taken_out_is_missed_once(home_copy: Home, monkeypatch):
    """Without its suite a check would pass by not running; who takes it out is asked once."""
    kept = [suite for suite in check.suites() if "release_hours" not in suite["measure"]]
    monkeypatch.setattr(check, "suites", lambda: kept)
    found = outcomes(home_copy, "release_hours_by_week")["cdps"]
    assert found.status == "error" and found.blocks and "in no file" in found.observed
    # Published all the same, it stands in that release as an error, and not as a check that ran.
    released = home_copy.current / "warehouse.duckdb"
    released.chmod(0o644)
    with duckdb.connect(released) as release:
        release.execute("update quality_checks set status = 'error' where kind = 'gx'")
    assert not outcomes(home_copy, "release_hours_by_week")


def test_an_answer_that_great_expectations_does_not_give_is_an_error(built_home: Home, monkeypatch):
    suite = next(s for s in check.suites() if s["checks"][0]["name"] == "declarations_by_month")
    with check._marts(built_home) as marts:
        measured = check._measure(marts, suite)
    none = check._judge(suite, suite["checks"], "cdps", measured, {}, lambda frame, asked: {})
    assert {(o.status, o.blocks) for o in none} == {("error", True)}
    assert len(none) == len(suite["checks"])


def test_one_line_names_who_what_and_how_far(home_copy: Home):
    """What a missing day, a silent office and a slip of the unit look like in their line."""
    week = "date_trunc('week', accepted_on) = date '2026-03-16'"
    found = changed(
        home_copy,
        "delete from fct_declarations where accepted_on = date '2026-05-13'",
        f"delete from fct_declarations where office_code = 'QM010' and {week}",
        "update fct_declarations set customs_value_national = customs_value_national * 1000"
        " where office_code = 'QM030' and date_trunc('week', accepted_on) = date '2026-05-18'",
        "update fct_declaration_items set net_mass_kg = net_mass_kg * 1000"
        " where office_code = 'QM050' and date_trunc('week', accepted_on) = date '2026-04-13'",
    )
    expected = {
        "declarations_by_day": "2026-05-13: 0 declarations, usually ",
        "declarations_by_office_week": "office QM010, week of 2026-03-16: 0 declarations, usually ",
        "customs_value_by_office_week": "office QM030, week of 2026-05-18: values ",
        "mass_by_office_week": "office QM050, week of 2026-04-13: a kilogram is worth ",
    }
    for name, words in expected.items():
        assert found[name].status == "fail" and found[name].blocks
        assert found[name].observed.startswith(words), found[name]
        assert len(found[name].observed) < 250
    assert found["declarations_by_day"].expected == "deviations from -4 to 4"


def test_bounds_are_learned_from_what_was_published(home_copy: Home):
    """Not judged until three releases know; then outside what they had, and a quarter, is told."""
    build = read_json(home_copy.build_state)

    def drift(tamper: str = "select 1") -> check.Outcome:
        change_mart(home_copy, tamper)
        return outcomes(home_copy, "population_drift")["cdps"]

    assert drift().status == "not_applicable"
    for number in range(3):
        raw.remember(home_copy, f"release{number}", [asdict(drift())])
    assert drift().status == "pass"
    moved = drift(
        "update fct_declarations set regime = 'export' where regime = 'import'"
        " and hash(declaration_id) % 2 = 0"
    )
    assert moved.status == "fail" and not moved.blocks
    assert "share of export: " in moved.observed and "releases before had" in moved.observed
    # What this build measured itself, published or not, is nothing to hold it against.
    raw.remember(home_copy, build["fingerprint"], [asdict(moved)])
    assert drift().status == "fail"


def test_a_closed_month_is_held_against_the_release(home_copy: Home):
    found = changed(
        home_copy,
        "delete from fct_inspections where strftime(ordered_on, '%Y-%m') = '2026-02'",
        "update fct_declarations set customs_value_national = customs_value_national * 2"
        " where strftime(accepted_on, '%Y-%m') = '2026-01'",
    )
    counts, values = found["closed_months_unchanged"], found["closed_months_keep_their_value"]
    assert (
        counts.status == "fail"
        and "inspections 2026-02: 0 records, in the release" in counts.observed
    )
    assert values.status == "fail" and "declarations 2026-01" in values.observed


def test_a_file_that_tells_of_closed_months_is_late(home_copy: Home):
    """Had the release not held January's declarations, they would have come since."""
    assert outcomes(home_copy, "late_records")["cdps"].status == "pass"
    released = home_copy.current / "warehouse.duckdb"
    released.chmod(0o644)
    with duckdb.connect(released) as release:
        release.execute("delete from quality_reconciliation where file = 'declarations_202601.csv'")
    late = outcomes(home_copy, "late_records")["cdps"]
    assert late.status == "fail" and not late.blocks
    assert "declarations, declarations_202601.csv: " in late.observed


def test_suites_can_be_read_by_a_steward():
    names = []
    for suite in check.suites():
        assert set(suite) - {"compares_with"} == {"entity", "needs", "owner", "measure", "checks"}
        for asked in suite["checks"]:
            names.append(asked["name"])
            assert asked["severity"] in ("blocker", "warning")
            assert len(asked["meaning"].split()) >= 10, asked["name"]
            assert asked["because"][:4].isdigit(), f"{asked['name']}: a bound without dated reason"
            assert set(asked.get("sources", [])) <= set(suite["needs"])
    assert len(names) == len(set(names)) >= 80


def test_results_come_back_as_a_mart(built_home: Home, crw):
    sql = """
        select kind, count(*) as checks, count(meaning) as explained
        from quality_checks where is_latest_run group by all order by all
    """
    dbt, gx = map(json.loads, crw(built_home, "query", sql, "--format", "json").stdout.splitlines())
    assert dbt["checks"] >= 50 and gx["checks"] >= 80
    assert gx["explained"] == gx["checks"]
