"""The truth: which items hide an offence, of which kind, and which inspection would find it.

The chance of an offence depends on exported fields (goods, route, planted patterns), on the
operator's honesty, and on things no file ever shows. Nothing here sees the selection that comes
later.
"""

import numpy as np

from crw.generate.trade import EXPORT, TRANSIT, Frame
from crw.generate.world import World, unit

SEVERITIES = ["formal", "minor", "serious"]
FORMAL, MINOR, SERIOUS = range(3)


def commit(world: World, month: int, d: Frame, i: Frame) -> None:
    """Adds the truth to items (kind, severity, who would find it) and bends what they declare."""
    rng = world.random("offences", month)
    n = len(i["commodity"])
    base = world.settings["offence_rate_item"]
    risk = world.good["risk"][i["commodity"]] ** 0.7
    risk *= np.maximum(world.country_risk[i["origin"]], world.country_risk[i["dispatch"]]) ** 0.6
    risk *= np.where(i["regime"] == EXPORT, 0.45, np.where(i["regime"] == TRANSIT, 0.7, 1.0))
    risk *= np.where(i["price_z"] < -1.2, 1.5, 1.0) * np.where(i["origin"] != i["dispatch"], 1.2, 1)
    honesty = world.op["dishonesty"][i["operator"]]
    ordinary = base * risk * honesty * hidden(world, month, i)

    planted = np.zeros(n)
    kind_of = np.full(n, -1)
    pattern_of = np.full(n, -1)
    progress = world.progress(d["lodged"])[i["parent"]]
    for k, (row, match) in enumerate(zip(world.patterns, world.pattern_match, strict=True)):
        found = match(i)
        lift = lift_at(row, progress[found])
        extra = base * (lift - 1) * np.sqrt(honesty[found])
        # Where patterns overlap the strongest names the kind.
        stronger = extra > planted[found]
        kind_of[found[stronger]] = world.kind_names.index(row["kind"])
        pattern_of[found[stronger]] = k
        planted[found] = np.maximum(planted[found], extra)
    chance = np.clip(ordinary + planted, 0, 0.6)
    offends = rng.random(n) < chance
    by_pattern = rng.random(n) * (ordinary + planted) < planted
    drawn = world.kind_urn.draw(i["group"], rng.random(n))
    kind = np.where(by_pattern, kind_of, drawn)
    # A licence is only missing where one is needed.
    needs = np.array([bool(row["licence"]) for row in world.goods])[i["commodity"]]
    kind = np.where(world.is_licence[kind] & ~needs, world.kind_names.index("formal"), kind)
    i["chance"] = chance
    i["kind"] = np.where(offends, kind, -1)
    i["pattern"] = np.where(offends & by_pattern, pattern_of, -1)
    _severity(world, rng, i, progress)
    _traces(world, rng, i)
    _main_offence(d, i)


def hidden(world: World, month: int, i: Frame) -> np.ndarray:
    """What no field shows: an operator's troubles of the season, and who really stands behind."""
    spread = world.settings["hidden_spread"]
    season = unit(i["operator"] + 1, np.full(1, month // 3 + 17), np.full(1, world.seed))
    behind = unit(i["operator"] + 1, i["origin"] + 101, np.full(1, world.seed + 5))
    blurred = -np.log1p(-np.minimum(season, 0.9999)) + 0.5
    secret = np.where(behind > 0.9, 3.0, 0.75)
    return (blurred / 1.5) ** spread * secret


def lift_at(row: dict[str, str], progress: np.ndarray) -> np.ndarray:
    """How many times likelier than ordinary a pattern makes an offence, at a moment."""
    start, stop = float(row["from"]), float(row["to"])
    way = np.clip((progress - start) / max(stop - start, 1e-9), 0, 1)
    lift = float(row["lift_from"]) + way * (float(row["lift_to"]) - float(row["lift_from"]))
    return np.where((progress >= start) & (progress <= stop), lift, 1.0)


def _severity(world: World, rng: np.random.Generator, i: Frame, progress: np.ndarray) -> None:
    kind = i["kind"]
    n = len(kind)
    serious = rng.random(n) < world.serious_share[kind]
    severity = np.where(world.finds["formal"][kind] > 0, FORMAL, np.where(serious, SERIOUS, MINOR))
    i["severity"] = np.where(kind >= 0, severity, -1)
    skill = world.office["detection"][i["office"]]
    # The office under strain looks less and less closely.
    strained = world.office["release_trend"][i["office"]] > 0
    skill = skill * np.where(strained, 1 - 0.4 * progress, 1.0)
    papers = rng.random(n) < np.minimum(world.finds["documentary"][kind] * skill, 0.98)
    goods = rng.random(n) < np.minimum(world.finds["physical"][kind] * skill, 0.98)
    image = rng.random(n) < np.minimum(world.finds["nii"][kind] * skill, 0.98)
    offends = kind >= 0
    i["documentary_finds"] = offends & papers
    # A physical inspection starts with the papers.
    i["physical_finds"] = offends & (papers | goods)
    i["nii_finds"] = offends & image


def _traces(world: World, rng: np.random.Generator, i: Frame) -> None:
    """An offence leaves its mark on what is declared: too cheap, too heavy, no licence."""
    n = len(i["kind"])
    names = world.kind_names

    def of(name: str) -> np.ndarray:
        return i["kind"] == names.index(name)

    low = rng.uniform(0.25, 0.8, n)
    hidden_share = np.where(of("undervaluation"), 1 - low, 0.0)
    hidden_share = np.where(
        of("quantity") | of("undeclared"), rng.uniform(0.1, 0.5, n), hidden_share
    )
    i["hidden_value"] = i["national"] * hidden_share
    sigma = world.group["value_sigma"][i["group"]]
    i["national"] = np.where(of("undervaluation"), i["national"] * low, i["national"])
    i["price_z"] = np.where(of("undervaluation"), i["price_z"] + np.log(low) / sigma, i["price_z"])
    heavy = of("quantity") | of("undeclared") | of("drugs")
    i["gross"] = np.where(heavy, np.round(i["gross"] * rng.uniform(1.0, 1.2, n), 3), i["gross"])
    careless = rng.random(n) < 0.012
    i["licence_shown"] = ~(world.is_licence[i["kind"]] & (i["kind"] >= 0)) & ~careless


def _main_offence(d: Frame, i: Frame) -> None:
    """A declaration's offence is its worst item's."""
    count = len(d["operator"])
    at = np.flatnonzero(i["kind"] >= 0)
    at = at[np.argsort(-i["severity"][at], kind="stable")]
    parents, first = np.unique(i["parent"][at], return_index=True)
    d["main_item"] = np.full(count, -1)
    d["main_item"][parents] = at[first]
    for name in ("kind", "severity"):
        d[name] = np.full(count, -1)
        d[name][parents] = i[name][at[first]]
    for name in ("documentary_finds", "physical_finds", "nii_finds"):
        d[name] = np.zeros(count, bool)
        d[name][parents] = i[name][at[first]]
    keep = np.ones(count)
    np.multiply.at(keep, i["parent"], 1 - i["chance"])
    d["chance"] = 1 - keep
