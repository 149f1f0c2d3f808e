"""The formulas of macros/statistics.sql, against exact figures and simulation."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from jinja2 import Environment

from crw.home import PROJECT

TEXT = (PROJECT / "macros" / "statistics.sql").read_text()


class Duckdb:
    """What dbt's adapter does for a macro that is written for each engine."""

    def dispatch(self, name: str):
        return getattr(Environment().from_string(TEXT).module, f"duckdb__{name}")


def sql(call: str) -> str:
    return Environment().from_string(TEXT + "{{ " + call + " }}").render(adapter=Duckdb())


def values(expression: str, rows: str, order: str = "1") -> list:
    with duckdb.connect() as database:
        found = database.execute(f"select {expression} from {rows} order by {order}")
        return [row[0] for row in found.fetchall()]


# Exact quantiles of the beta distribution (scipy 1.17, beta.ppf).
EXACT = [
    (0.5, 20, 0.000025, 0.119407),
    (1, 50, 0.000506, 0.071122),
    (3, 97, 0.006293, 0.071076),
    (12, 300, 0.020094, 0.062404),
    (250, 750, 0.223658, 0.277289),
    (40, 5, 0.783313, 0.962056),
]


@pytest.mark.parametrize(("hits", "misses", "lower", "upper"), EXACT)
def test_limits_of_a_share_are_those_of_the_beta_distribution(hits, misses, lower, upper) -> None:
    rows = f"(values ({hits}, {misses})) as shares (hits, misses)"
    assert values(sql("beta_lower('hits', 'misses')"), rows)[0] == pytest.approx(lower, abs=0.0005)
    assert values(sql("beta_upper('hits', 'misses')"), rows)[0] == pytest.approx(upper, rel=0.02)


@pytest.mark.parametrize(("mean", "weight"), [(0.02, 40), (0.02, 150), (0.06, 30), (0.2, 20)])
def test_the_interval_of_a_shrunk_rate_holds_the_true_rate_as_often_as_it_says(mean, weight):
    """40,000 routes whose true rates differ as the prior says, inspected 1 to 200 times."""
    rng = np.random.default_rng(20270102)
    count = 40_000
    true = rng.beta(mean * weight, (1 - mean) * weight, count)
    trials = np.rint(np.exp(rng.uniform(0, np.log(200), count))).astype(int)
    hits = rng.binomial(trials, true)
    a, b = mean * weight + hits, (1 - mean) * weight + trials - hits
    seen = pa.table({"true_rate": true, "a": a, "b": b})
    lower, upper = sql("beta_lower('a', 'b')"), sql("beta_upper('a', 'b')")
    with duckdb.connect() as database:
        database.register("seen", seen)
        below, above = database.execute(
            f"select avg((true_rate < {lower})::int), avg((true_rate > {upper})::int) from seen"
        ).fetchone()
    # With less than one hit behind it the lower limit is low rather than high.
    assert 0.005 < below < 0.03
    assert 0.02 < above < 0.03


def test_limits_of_a_count_are_close_to_the_exact_ones() -> None:
    """Half the quantiles of chi-squared with 2 x hits, and 2 x hits + 2, degrees of freedom."""
    rows = "(values (0), (1), (5), (40)) as counts (hits)"
    lower = values(sql("count_lower('hits')"), rows, "hits")
    upper = values(sql("count_upper('hits')"), rows, "hits")
    assert lower == pytest.approx([0, 0.025, 1.623, 28.58], abs=0.02)
    assert upper == pytest.approx([3.689, 5.572, 11.668, 54.47], abs=0.03)


def test_limits_of_a_ratio() -> None:
    """4 by 2, variance 1: exp(1.96 x sqrt(1/4 + 1/4)) either way. None of 2: 0 to 3.69 by 2."""
    rows = "(values (4.0, 2.0, 1.0), (0.0, 2.0, 1.0), (3.0, 0.0, 0.0)) as found (o, e, v)"
    lower = values(sql("ratio_lower('o', 'e', 'v')"), rows, "o desc")
    upper = values(sql("ratio_upper('o', 'e', 'v')"), rows, "o desc")
    assert lower == pytest.approx([0.500199, None, 0], abs=1e-5)
    assert upper == pytest.approx([7.9968, None, 1.844], abs=0.02)


def test_tails_of_a_count() -> None:
    rows = "(values (0, 2.0), (1, 2.0), (5, 2.0), (3, 0.1)) as counts (hits, expected)"
    assert values(sql("poisson_tail('hits', 'expected')"), rows, "hits, expected") == pytest.approx(
        [1, 0.864665, 0.000155, 0.052653], abs=1e-6
    )
    assert values(sql("poisson_head('hits', 'expected')"), rows, "hits, expected") == pytest.approx(
        [0.135335, 0.406006, 0.999996, 0.983436], abs=1e-6
    )


def test_chance_findings_of_a_list() -> None:
    """The worked example: 0.01 of 4 is 0.04; 0.02 and 0.03 meet at 0.04; each list by itself."""
    rows = (
        "(values ('a', 1, 0.01), ('a', 2, 0.02), ('a', 3, 0.03), ('a', 4, 0.5), ('a', 5, null),"
        " ('b', 6, 0.03), ('b', 7, 0.03)) as found (list, id, p)"
    )
    with_q = sql(f'with_q_values("{rows}", "p", ["list"])')
    got = values("q_value", f"({with_q}) as judged", "id")
    assert got == pytest.approx([0.04, 0.04, 0.04, 0.5, None, 0.03, 0.03])
