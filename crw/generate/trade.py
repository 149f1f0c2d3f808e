"""A month of trade: who declares what, from where, at which office, and at what value."""

import numpy as np

from crw.generate.clock import DAY, HOUR, seconds
from crw.generate.world import MODES, SENIORITY, World, unit

Frame = dict[str, np.ndarray]

IMPORT, EXPORT, TRANSIT = range(3)
SEA, AIR, ROAD, RAIL, POST, OTHER = range(6)
# How much smaller consignments are where they do not travel by ship or train.
MODE_MASS = np.array([1.0, 0.12, 0.55, 1.0, 0.01, 0.4])
RATES = {"EUR": 1.0, "USD": 0.92, "GBP": 1.17, "CHF": 1.04, "JPY": 0.0061}


def trade(world: World, month: int) -> tuple[Frame, Frame]:
    """Declarations and their items as the traders mean them, before any offence."""
    rng = world.random("trade", month)
    first = world.months[month]
    count = world.counts[month]
    start = seconds(first)
    days = (
        int((seconds(world.months[month + 1]) - start) / DAY)
        if month + 1 < len(world.months)
        else int((seconds(world.end) - start) / DAY) + 1
    )
    operator = _operators(world, rng, count, start)
    office = np.where(
        rng.random(count) < 0.76,
        world.op["office"][operator],
        rng.choice(len(world.offices), count, p=_office_shares(world, start)),
    )
    regime = _regimes(world, rng, operator, office)
    mode = world.mode_urn.draw(office, rng.random(count))
    lodged = _lodgement(world, rng, office, start, days)
    order = np.argsort(lodged, kind="stable")
    operator, office, regime, mode = (a[order] for a in (operator, office, regime, mode))
    lodged = lodged[order]
    sizes = np.minimum(rng.geometric(1 / 2.2, count), 40)
    local = world.clock.local(lodged)
    day = np.floor(local / DAY)
    d: Frame = {
        "operator": operator,
        "office": office,
        "regime": regime,
        "mode": mode,
        "lodged": lodged,
        "local_day": day,
        "hour": (local - day * DAY) / HOUR,
        "weekday": (day + 3) % 7,
        "items": sizes,
        "agent": world.op["agent"][operator],
        "has_agent": world.op["agent"][operator] != operator,
        "is_new": (lodged - world.op["entry"][operator]) < SENIORITY,
        "is_aeo": (world.op["aeo_from"][operator] <= lodged)
        & (lodged < world.op["aeo_to"][operator]),
    }
    return d, _items(world, rng, d, first.month)


def _operators(world: World, rng: np.random.Generator, count: int, start: float) -> np.ndarray:
    # Nobody declares in a month in which the register does not hold them from end to end.
    here = (world.op["entry"] <= start) & (world.op["exit"] > start + 31 * DAY)
    cumulative = np.cumsum(world.op["weight"] * here)
    return np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")


def _office_shares(world: World, start: float) -> np.ndarray:
    years = (start - world.starts) / (365 * DAY)
    shares = world.office["share"] * (1 + world.office["growth"]) ** years
    return shares / shares.sum()


def _regimes(
    world: World, rng: np.random.Generator, operator: np.ndarray, office: np.ndarray
) -> np.ndarray:
    exports = world.office["export_share"][office] * world.op["export_tilt"][operator]
    exports = np.clip(exports * 0.8, 0.02, 0.85)
    transit = world.office["transit_share"][office]
    u = rng.random(len(operator))
    return np.where(u < transit, TRANSIT, np.where(u < transit + exports, EXPORT, IMPORT))


def _lodgement(
    world: World, rng: np.random.Generator, office: np.ndarray, start: float, days: int
) -> np.ndarray:
    """When: weekdays and holidays, office hours with their peaks, some by night."""
    lodged = np.empty(len(office))
    weekdays = (np.arange(days) + start / DAY + 3) % 7
    hours = np.arange(24)
    for i in range(len(world.offices)):
        at = np.flatnonzero(office == i)
        weight = np.array([1.12, 1.08, 1.0, 1.0, 1.05, 0.55, 0.4])[weekdays.astype(int)]
        weight = np.where(weekdays >= 5, weight * world.office["weekend"][i] * 1.6, weight)
        holidays = [k for k in range(days) if _is_holiday(start + k * DAY)]
        weight[holidays] *= 0.2
        opens, closes = world.office["opens"][i], world.office["closes"][i]
        peaks = np.exp(-(((hours - 10) / 2.5) ** 2)) + 0.8 * np.exp(-(((hours - 15) / 2.5) ** 2))
        shape = np.where((hours >= opens) & (hours < closes), 0.25 + peaks, 0.04)
        day = rng.choice(days, len(at), p=weight / weight.sum())
        hour = rng.choice(24, len(at), p=shape / shape.sum())
        lodged[at] = start + day * DAY + (hour + rng.random(len(at))) * HOUR
    return np.floor(world.clock.from_local(lodged))


def _is_holiday(moment: float) -> bool:
    day = np.datetime64(int(moment), "s").astype("datetime64[D]").astype(object)
    return (day.month, day.day) in {(1, 1), (1, 6), (3, 25), (5, 1), (8, 15), (12, 25), (12, 26)}


def _items(world: World, rng: np.random.Generator, d: Frame, month: int) -> Frame:
    parent = np.repeat(np.arange(len(d["operator"])), d["items"])
    n = len(parent)
    first = np.concatenate([[0], np.cumsum(d["items"])[:-1]])
    number = np.arange(n) - first[parent] + 1
    operator, mode, regime = (d[k][parent] for k in ("operator", "mode", "regime"))
    group = _groups(world, rng, operator, mode, regime, month)
    group = np.where((number > 1) & (rng.random(n) < 0.8), group[first][parent], group)

    habit = rng.integers(0, 5, n)
    steady = rng.random(n) < 0.85
    u = np.where(steady, unit(operator, group + 977, habit), rng.random(n))
    commodity = world.good_urn.draw(group, u)
    u = np.where(rng.random(n) < 0.8, unit(operator, commodity + 31, habit % 2 + 1), rng.random(n))
    origin = world.origin_urn.draw(group * len(MODES) + mode, u)
    same = (number > 1) & (group == group[first][parent]) & (rng.random(n) < 0.85)
    origin = np.where(same, origin[first][parent], origin)
    from_here = (regime == EXPORT) & (unit(operator, group + 5) < 0.9)
    origin = np.where(from_here, world.home, origin)

    _routes(world, rng, d, origin[first])
    i: Frame = {
        "parent": parent,
        "number": number,
        "commodity": commodity,
        "group": group,
        "origin": origin,
    }
    for name in (
        *("operator", "office", "regime", "mode", "dispatch", "destination"),
        *("hour", "weekday", "items", "has_agent", "is_new", "is_aeo"),
    ):
        i[name] = d[name][parent]
    _values(world, rng, d, i)
    return i


def _groups(
    world: World,
    rng: np.random.Generator,
    operator: np.ndarray,
    mode: np.ndarray,
    regime: np.ndarray,
    month: int,
) -> np.ndarray:
    """A line of goods of the operator's own, weighed by season and mode, or now and then any."""
    n = len(operator)
    fit = world.group_by_mode * world.season[:, month - 1]
    everyone = np.cumsum(
        np.stack(
            [fit * world.group_weight, fit * world.group_weight * world.group["export_weight"]]
        ),
        axis=2,
    )
    lines = world.op["lines"][operator]
    weight = fit[mode[:, None], lines] * np.array([0.7, 0.2, 0.1])
    cumulative = np.cumsum(np.concatenate([weight, np.full((n, 1), 0.12)], axis=1), axis=1)
    pick = (rng.random(n) * cumulative[:, -1])[:, None] >= cumulative
    pick = pick.sum(axis=1)
    own = lines[np.arange(n), np.minimum(pick, 2)]
    any_line = np.empty(n, np.int64)
    abroad = (regime == EXPORT).astype(int)
    u = rng.random(n)
    for k in range(len(MODES)):
        for side in (0, 1):
            at = np.flatnonzero((mode == k) & (abroad == side))
            total = everyone[side, k]
            any_line[at] = np.searchsorted(total, u[at] * total[-1], side="right")
    return np.where(pick == 3, any_line, own)


def _routes(world: World, rng: np.random.Generator, d: Frame, origin: np.ndarray) -> None:
    """Countries of dispatch and destination: straight, or through a hub."""
    n = len(origin)
    operator, mode, regime = d["operator"], d["mode"], d["regime"]
    hub = world.hub_urn.draw(origin, rng.random(n))
    share = np.where(world.haul[origin] == "deep", 0.22, 0.10) * world.has_hub[origin]
    share = np.where((mode == ROAD) & (world.haul[origin] == "deep"), 0.85, share)
    steady = np.where(rng.random(n) < 0.7, unit(operator, origin + 11), rng.random(n))
    dispatch = np.where(steady < share, hub, origin)
    u = np.where(rng.random(n) < 0.75, unit(operator, mode + 7), rng.random(n))
    away = world.destination_urn.draw(mode, u)
    d["dispatch"] = np.where(regime == EXPORT, world.home, dispatch)
    d["destination"] = np.where(regime == IMPORT, world.home, away)


def _values(world: World, rng: np.random.Generator, d: Frame, i: Frame) -> None:
    """Mass, price and what follows from them."""
    n = len(i["commodity"])
    commodity, group, operator = i["commodity"], i["group"], i["operator"]
    spread = world.group["mass_sigma"][group]
    net = world.good["net_mass_kg"][commodity] * MODE_MASS[i["mode"]]
    net = net * world.op["size"][operator] * np.exp(rng.normal(0, 1, n) * spread)
    i["net"] = np.maximum(np.round(net / np.sqrt(i["items"]), 3), 0.02)
    i["gross"] = np.round(i["net"] * rng.uniform(1.02, 1.14, n), 3)
    sigma = world.group["value_sigma"][group]
    habit = unit(operator, commodity + 3) - 0.5
    noise = rng.normal(0, 0.8, n) + habit * 1.6
    i["price_z"] = noise
    inflation = 1.02 ** (world.progress(d["lodged"])[i["parent"]] * len(world.months) / 12)
    price = world.good["value_per_kg"][commodity] * np.exp(noise * sigma) * inflation
    i["national"] = np.maximum(i["net"] * price, 1.0)
    i["packages"] = np.maximum(np.round(i["gross"] / world.group["package_kg"][group]), 1)
    favoured = np.append(world.country["preference"], 0)[i["origin"]] > 0
    dutiable = world.good["duty_pct"][commodity] > 0
    claims = (i["regime"] == IMPORT) & favoured & dutiable & (rng.random(n) < 0.6)
    # A preference also gets claimed for goods whose origin a hub has blurred.
    blurred = (i["origin"] != i["dispatch"]) & (rng.random(n) < 0.15)
    i["preference"] = claims | ((i["regime"] == IMPORT) & dutiable & blurred)
