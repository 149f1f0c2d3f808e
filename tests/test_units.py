"""dbt's unit tests: `crw build` leaves them out, so the suite runs them."""

from crw.dbt import dbt
from crw.home import Home


def test_unit_tests_of_models_pass(home_copy: Home):
    results = dbt(home_copy, "test", "--select", "test_type:unit", doing="unit tests")
    assert len(results) >= 10
    failed = [f"{r.name}: {r.message}" for r in results if r.status != "pass"]
    assert not failed, "\n".join(failed)
