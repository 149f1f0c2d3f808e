"""The tests of the marts can fail: each is shown a mart with the fault it is there for."""

import duckdb

from crw.dbt import dbt
from crw.home import Home

FAULTS = {
    "insert into fct_declarations select * from fct_declarations limit 1": (
        "is_key_fct_declarations_source_system__declaration_id",
        "assert_versions_collapse_to_one",
    ),
    "update fct_transit_movements set office_departure = 'NOWHERE'"
    " where movement_id = (select min(movement_id) from fct_transit_movements)": (
        "refers_to_fct_transit_movements_source_system__office_departure",
    ),
    "update seizure_statistics set total_events = total_events + 1"
    " where month_on = (select min(month_on) from seizure_statistics)": (
        "assert_seizures_count_once",
    ),
}


def test_the_tests_of_the_marts_can_fail(home_copy: Home) -> None:
    with duckdb.connect(home_copy.warehouse) as warehouse:
        for fault in FAULTS:
            warehouse.execute(fault)
    marts = ("fct_declarations", "fct_transit_movements", "seizure_statistics")
    results = dbt(
        home_copy, "test", "--select", *marts, "--exclude", "test_type:unit", doing="tests"
    )
    failed = [result.name for result in results if result.failed]
    for expected in (name for names in FAULTS.values() for name in names):
        assert any(name.startswith(expected) for name in failed), f"{expected} not in {failed}"
    assert len(failed) < len(results)
