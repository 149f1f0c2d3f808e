"""What was missed: the estimate holds on simulated years, and on a demo whose truth is known."""

from pathlib import Path

import duckdb
import pytest

from crw import poisson_limits
from crw.home import Home
from crw.prove_missed import Setting, compiled, holds, prove


def test_poisson_limits_on_disk_are_what_the_command_writes() -> None:
    assert poisson_limits.SEED.read_text() == poisson_limits.text()


def test_poisson_limits_leave_the_tails_they_should() -> None:
    lower, upper = poisson_limits.limits(5)
    assert poisson_limits.at_least(5, lower) == pytest.approx(poisson_limits.TAIL)
    assert poisson_limits.at_most(5, upper) == pytest.approx(poisson_limits.TAIL)
    # Half the probability of none is exp(-mean) / 2.
    assert poisson_limits.limits(0) == pytest.approx((0, 2.995732), abs=1e-6)


@pytest.fixture(scope="module")
def models(built_home: Home) -> dict[str, str]:
    return compiled(built_home)


@pytest.mark.parametrize("hits", [2, 10, 40])
def test_the_interval_holds_the_truth_as_often_as_it_says(models: dict[str, str], hits: int):
    """The whole proof is `python -m crw.prove_missed`."""
    setting = Setting("all of it", hits, unequal=True, officers=True, not_inspected=0.10)
    result = prove(models, setting, years=1000, seed=7)
    assert result["years"] > 990
    assert holds(setting, result), result


def test_the_estimate_on_the_demo_agrees_with_its_truth(demo_files: Path, built_home: Home) -> None:
    with duckdb.connect(built_home.warehouse, read_only=True) as warehouse:
        warehouse.execute(
            f"create temp view truth as from '{demo_files}/truth/declarations.parquet'"
        )
        counted = warehouse.execute(
            """
            select sum(frame_declarations), sum(drawn), sum(hits), sum(found_offences)
            from missed_risk
            where source_system = 'cdps' and scope_type = 'all' and period_grain = 'year'
            """
        ).fetchone()
        true = warehouse.execute(
            """
            select count(*), count(*) filter (random_drawn),
                count(*) filter (random_drawn and found and offence_apart_from_formal),
                count(*) filter (found and offence_apart_from_formal)
            from truth where in_random_frame
            """
        ).fetchone()
        assert counted == true
        # The demo is one draw of many, and its seed is fixed: the intervals of its years hold.
        years = warehouse.execute(
            """
            with true_years as (
                select
                    extract(year from accepted_at) as year_number,
                    count(*) filter (random_control_would_find) as offending
                from truth where in_random_frame
                group by all
            )
            select missed_lower, greatest(0, offending - found_offences), missed_upper
            from missed_risk
            inner join true_years on extract(year from period_start) = year_number
            where source_system = 'cdps' and scope_type = 'all' and period_grain = 'year'
                and reason is null
            """
        ).fetchall()
    assert years
    for lower, missed, upper in years:
        assert lower <= missed <= upper
