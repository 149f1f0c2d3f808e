"""Writes the seed of Poisson limits: `python -m crw.poisson_limits`.

For a count of 0 to 500 the two-sided 95 % mid-p limits: the means under which a count as far off,
the count itself taken by half, has a probability of 2.5 % on either side. Exact sums and bisection,
so nothing beyond the standard library is needed. Larger counts take the widths of the last row,
scaled by the square root of the count (see the model).
"""

from collections.abc import Callable
from math import exp, lgamma, log

from crw.console import err
from crw.home import PROJECT

SEED = PROJECT / "seeds" / "poisson_limits.csv"
LAST = 500
TAIL = 0.025
_NEGLIGIBLE = 1e-17
_HALVINGS = 60


def probability(count: int, mean: float) -> float:
    return exp(count * log(mean) - mean - lgamma(count + 1))


def at_most(count: int, mean: float) -> float:
    """Probability of fewer than `count`, and half that of `count` itself; for means above it."""
    term = probability(count, mean)
    total = term / 2
    while count and term > _NEGLIGIBLE:
        term *= count / mean
        count -= 1
        total += term
    return total


def at_least(count: int, mean: float) -> float:
    """Probability of more than `count`, and half that of `count` itself; for means below it."""
    term = probability(count, mean)
    total = term / 2
    while term > _NEGLIGIBLE:
        count += 1
        term *= mean / count
        total += term
    return total


def limits(count: int) -> tuple[float, float]:
    lower = 0.0
    if count:
        lower = _solve(lambda mean: at_least(count, mean) > TAIL, 1e-9, count)
    upper = _solve(lambda mean: at_most(count, mean) < TAIL, count + 1e-9, 2 * count + 5)
    return lower, upper


def _solve(is_past: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_past(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


def text() -> str:
    rows = [f"{n},{lower:.6f},{upper:.6f}" for n in range(LAST + 1) for lower, upper in [limits(n)]]
    return "\n".join(["event_count,lower_limit,upper_limit", *rows]) + "\n"


if __name__ == "__main__":
    SEED.write_text(text())
    err.print(f"wrote {SEED.relative_to(PROJECT)}: counts from 0 to {LAST}")
