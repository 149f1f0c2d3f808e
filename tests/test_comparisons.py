"""Routes and operators: what was planted stands at the top of the lists."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from crw.home import Home

TOP = 20


@pytest.fixture(scope="module")
def warehouse(planted_home: Home, planted_files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts, and the chance of an offence of every declaration, which no mart knows."""
    with duckdb.connect(planted_home.warehouse, read_only=True) as database:
        for name in ("declarations", "pattern_items"):
            database.execute(
                f"create temp view true_{name} as from '{planted_files}/truth/{name}.parquet'"
            )
        yield database


def test_the_operators_ranked_first_are_the_dishonest_ones(warehouse) -> None:
    top, tested = warehouse.execute(
        """
        with operators as (
            select
                case d.regime
                    when 'import' then importer_id when 'export' then exporter_id else declarant_id
                end as operator_id,
                avg(probability_of_offence) as chance
            from fct_declarations as d join true_declarations using (declaration_id)
            group by all
        )
        select avg(chance) filter (where risk_rank <= ?), avg(chance)
        from operator_risk join operators using (operator_id)
        where selection_basis = 'targeted' and risk_rank is not null
        """,
        [TOP],
    ).fetchone()
    assert top > 1.5 * tested


def test_the_routes_ranked_first_for_security_are_the_planted_ones(warehouse) -> None:
    top, all_routes, top_chance, chance = warehouse.execute(
        """
        with planted as (select distinct declaration_id, item_number from true_pattern_items),
        routes as (
            select
                items.country_origin, left(items.hs6, 4) as heading_code, transport_mode,
                avg((planted.item_number is not null)::int) as planted_share,
                avg(probability_of_offence) as chance
            from fct_declaration_items as items
            join fct_declarations using (source_system, declaration_id)
            join true_declarations using (declaration_id)
            left join planted using (declaration_id, item_number)
            group by all
        )
        select
            avg(planted_share) filter (where risk_rank <= ?), avg(planted_share),
            avg(chance) filter (where risk_rank <= ?), avg(chance)
        from route_risk join routes using (country_origin, heading_code, transport_mode)
        where selection_basis = 'targeted' and outcome = 'security'
        """,
        [TOP, TOP],
    ).fetchone()
    assert top > 3 * all_routes
    assert top_chance > 1.5 * chance


def test_nothing_untested_is_ranked_and_every_estimate_is_a_share(warehouse) -> None:
    for mart in ("route_risk", "operator_risk"):
        wrong = warehouse.execute(
            f"""
            select count(*) from {mart} where
                (risk_rank is not null) <> (shrunk_rate is not null)
                or (risk_rank is null) <> (reason is not null)
                or (risk_rank is not null and not is_tested)
                or not shrunk_rate between shrunk_lower and shrunk_upper
                or shrunk_lower < 0 or shrunk_upper > 1 or hits > inspected
            """
        ).fetchone()
        assert wrong == (0,), mart


def test_marts_hold_every_declaration_tested(warehouse) -> None:
    """Each declaration drawn and inspected once in the random list of routes, by the last year."""
    counted, listed = warehouse.execute(
        """
        select
            (select count(distinct i.declaration_id)
             from fct_inspections as i join fct_declarations as d using (declaration_id)
             where i.is_resolved and i.selection_reason = 'random' and not d.is_invalidated
                 and i.result_on >= (select min(period_from) from route_risk)),
            (select sum(inspected) from route_risk
             where selection_basis = 'random' and outcome = 'any')
        """
    ).fetchone()
    assert counted == listed > 0
