"""The administration of the demo: parameters, operators, what stays the same all along."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from crw.generate.clock import DAY, Clock, months_until, seconds
from crw.generate.conditions import Matcher

PARAMETERS = Path(__file__).parent / "parameters"
ZONE = "Europe/Athens"
HOME = "QM"
REGIMES = ["import", "export", "transit"]
MODES = ["sea", "air", "road", "rail", "post", "other"]
CHANNELS = ["green", "blue", "yellow", "red"]
FIRM = ("family", "word", "trade", "form")
SENIORITY = 180 * DAY  # an operator is new for half a year


@cache
def read(name: str) -> list[dict[str, str]]:
    """A table of the parameters. Asked for by every name drawn, so it is read once."""
    with open(PARAMETERS / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[dict[str, str]], column: str, missing: float = 0.0) -> np.ndarray:
    return np.array([float(row[column]) if row[column] else missing for row in rows])


def mix(text: str) -> dict[str, float]:
    """`CN:4 DE:3` as a dictionary of weights."""
    pairs = (part.split(":") for part in text.split())
    return {name: float(weight) for name, weight in pairs}


class Urn:
    """Weighted draws within groups: one sorted search for all rows, whatever their group."""

    def __init__(self, weights: np.ndarray) -> None:
        """`weights` has a row for each group and a column for each value."""
        self.width = weights.shape[1]
        self.cumulative = np.cumsum(weights.ravel())
        self.start = np.concatenate([[0.0], self.cumulative[self.width - 1 :: self.width]])

    def draw(self, groups: np.ndarray, u: np.ndarray) -> np.ndarray:
        low, high = self.start[groups], self.start[groups + 1]
        found = np.searchsorted(self.cumulative, low + u * (high - low), side="right")
        return np.minimum(found - groups * self.width, self.width - 1)


def unit(*keys: np.ndarray) -> np.ndarray:
    """A number in [0, 1) that depends on the keys alone: the lasting habits of operators."""
    mixed = np.zeros(np.broadcast(*keys).shape, np.uint64)
    for key in keys:
        mixed = (mixed ^ np.asarray(key).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(11)) / float(1 << 53)


@dataclass
class Rule:
    """A selectivity rule as registered, and its secret condition."""

    row: dict[str, str]
    match: Matcher
    starts: float
    ends: float
    finding: tuple[str, str] | None = None

    @property
    def rank(self) -> tuple[int, int]:
        return (CHANNELS.index(self.row["channel"]), int(self.row["consequence"]))


@dataclass
class World:
    """What every month of the demo shares."""

    seed: int
    declarations: int
    months: list[date]
    end: date
    serial: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = seconds(self.months[0])
        self.clock = Clock(ZONE, self.months[0] - timedelta(days=3000), self.end + timedelta(900))
        # The landing files are an export of the last midnight: what came later is not known yet.
        self.cutoff = float(self.clock.from_local(np.array([seconds(self.end) + DAY]))[0]) - 1
        self.settings = {row["setting"]: float(row["value"]) for row in read("settings")}
        self.read_goods()
        self.read_places()
        self.names = {
            "origin": self.countries,
            "dispatch": self.countries,
            "destination": self.countries,
            "office": self.offices,
            "mode": MODES,
            "regime": REGIMES,
        }
        self.kinds = read("offences")
        self.kind_names = [row["kind"] for row in self.kinds]
        self.read_profiles()
        self.patterns = read("patterns")
        self.pattern_match = [self.matcher(row["when"]) for row in self.patterns]
        self.rules = [self.rule(row) for row in read("rules")]
        self.make_operators()

    # parameters

    def read_goods(self) -> None:
        rows = read("commodities")
        groups = read("groups")
        names = [row["group"] for row in groups]
        self.goods, self.groups = rows, groups
        self.hs6 = [row["hs6"] for row in rows]
        self.group_of = np.array([names.index(row["group"]) for row in rows])
        self.good = {
            name: numbers(rows, name)
            for name in (
                *("weight", "value_per_kg", "net_mass_kg", "kg_per_unit"),
                *("duty_pct", "excise_pct", "risk"),
            )
        }
        self.group = {
            name: numbers(groups, name)
            for name in ("value_sigma", "mass_sigma", "package_kg", "export_weight")
        }
        weights = np.where(self.group_of == np.arange(len(groups))[:, None], self.good["weight"], 0)
        self.good_urn = Urn(weights)
        self.group_weight = weights.sum(axis=1)
        post, air = numbers(groups, "post_affinity"), numbers(groups, "air_affinity")
        bulk = np.ones(len(groups))
        by_mode = {"sea": bulk, "air": air, "road": bulk, "rail": bulk * (air < 1)}
        by_mode |= {"post": post, "other": bulk * (air < 1)}
        self.group_by_mode = np.array([by_mode[mode] for mode in MODES])
        seasons = {row["season"]: row for row in read("seasons")}
        shape = [[float(seasons[g["season"]][f"m{m}"]) for m in range(1, 13)] for g in groups]
        self.season = np.array(shape)
        self.month_shape = [float(seasons["month"][f"m{m}"]) for m in range(1, 13)]

    def read_places(self) -> None:
        rows = read("countries")
        self.countries = [row["country"] for row in rows] + [HOME]
        self.home = len(rows)
        self.country = {name: numbers(rows, name) for name in ("export_weight", "preference")}
        self.country_risk = np.append(numbers(rows, "risk"), 0.8)
        self.currency = [row["currency"] for row in rows] + ["EUR"]
        self.ports = [row["port"] for row in rows] + ["QMAVR"]
        self.haul = np.array([row["haul"] for row in rows] + ["land"])
        self.reports = np.append(numbers(rows, "reports_exports"), 0) > 0
        index = {name: i for i, name in enumerate(self.countries)}
        hubs = np.zeros((len(rows) + 1, len(rows) + 1))
        for i, row in enumerate(rows):
            for hub, weight in mix(row["hubs"]).items():
                if hub in index:
                    hubs[i, index[hub]] = weight
        self.has_hub = hubs.sum(axis=1) > 0
        hubs[~self.has_hub, index["NL"]] = 1
        self.hub_urn = Urn(hubs)
        # Far countries seldom come by road, near ones seldom by sea.
        reach = np.ones((len(MODES), len(self.countries)))
        for mode in ("road", "rail", "other"):
            at = MODES.index(mode)
            reach[at] = np.where(self.haul == "deep", 0.10, np.where(self.haul == "land", 3, 0.8))
        reach[MODES.index("sea")] = np.where(self.haul == "land", 0.25, 1)
        origins = np.zeros((len(self.groups), len(self.countries)))
        for i, group in enumerate(self.groups):
            for name, weight in mix(group["origins"]).items():
                if name in index:
                    origins[i, index[name]] = weight
        table = origins[:, None, :] * reach[None, :, :] + 1e-9
        self.origin_urn = Urn(table.reshape(-1, len(self.countries)))
        away = np.append(self.country["export_weight"], 0)[None, :] * reach
        self.destination_urn = Urn(away)

        rows = read("offices")
        self.office_rows = rows
        self.offices = [row["office_code"] for row in rows]
        self.office_kind = [row["kind"] for row in rows]
        self.office = {
            name: numbers(rows, name)
            for name in (
                *("share", "growth", "opens", "closes", "weekend", "transit_share"),
                *("export_share", "release_factor", "release_trend", "detection", "downgrade"),
                "scanners",
            )
        }
        modes = [[mix(row["modes"]).get(mode, 0.0) for mode in MODES] for row in rows]
        self.mode_urn = Urn(np.array(modes))

    def read_profiles(self) -> None:
        mixes = {row["profile"]: mix(row["mix"]) for row in read("profiles")}
        table = [
            [mixes[group["profile"]].get(kind, 0.0) for kind in self.kind_names]
            for group in self.groups
        ]
        self.kind_urn = Urn(np.array(table))
        self.finds = {
            name: numbers(self.kinds, name) for name in ("documentary", "nii", "physical", "formal")
        }
        self.serious_share = numbers(self.kinds, "serious")
        self.is_revenue = numbers(self.kinds, "revenue") > 0
        self.is_licence = np.array([name.startswith("licence_") for name in self.kind_names])
        self.categories = [row["category_code"] for row in self.kinds]

    def matcher(self, when: str) -> Matcher:
        return Matcher(when, self.hs6, self.names)

    def moment(self, fraction: float) -> float:
        """A share of the period as a moment; negative numbers are years before it."""
        if fraction < 0:
            return np.floor(self.starts / DAY + fraction * 365) * DAY + 9 * 3600
        return np.floor((self.starts + fraction * (self.cutoff - self.starts)) / DAY) * DAY + 32400

    def rule(self, row: dict[str, str]) -> Rule:
        ends = self.moment(float(row["to"])) - 1 if row["to"] else np.inf
        return Rule(row, self.matcher(row["when"]), self.moment(float(row["from"])), ends)

    # operators

    def make_operators(self) -> None:
        rng = self.random("operators")
        per_declaration = self.settings["operators_per_declaration"]
        n = int(np.clip(self.declarations * per_declaration, 300, 40_000))
        self.traders, self.agents = n, max(12, n // 60)
        weight = np.minimum(rng.pareto(1.05, n) + 0.05, n * 0.03)
        entrant = rng.random(n) < 0.25
        entry = self.starts - rng.uniform(0.6, 18, n) * 365 * DAY
        entry[entrant] = rng.uniform(self.starts - 150 * DAY, self.cutoff, entrant.sum())
        weight[entrant] *= 0.7
        leaves = ~entrant & (rng.random(n) < 0.05)
        exits = np.where(leaves, rng.uniform(self.starts, self.cutoff, n), np.inf)
        share = self.office["share"]
        self.op = {
            "weight": weight,
            "entry": np.floor(entry / DAY) * DAY,
            "exit": np.floor(exits / DAY) * DAY,
            "office": rng.choice(len(share), n, p=share / share.sum()),
            "agent": np.where(
                rng.random(n) < 0.72,
                n + (rng.random(n) ** 2.5 * self.agents).astype(int),
                np.arange(n),
            ),
            "export_tilt": rng.lognormal(0, 0.9, n),
            "size": rng.lognormal(0, 0.4, n),
        }
        groups = len(self.groups)
        lines = [rng.choice(groups, n, p=self.group_weight / self.group_weight.sum())]
        lines += [np.where(rng.random(n) < 0.5, lines[0], rng.permutation(lines[0]))]
        lines += [rng.permutation(lines[0])]
        self.op["lines"] = np.stack(lines, axis=1)
        rank = np.argsort(np.argsort(-weight)) / n
        authorised = ~entrant & (rng.random(n) < np.where(rank < 0.03, 0.45, 0.25 * (rank < 0.12)))
        late = rng.random(n) < 0.35
        granted = np.where(
            late,
            rng.uniform(self.starts, self.cutoff, n),
            self.starts - rng.uniform(0.2, 8, n) * 365 * DAY,
        )
        granted = np.where(authorised, np.maximum(granted, self.op["entry"]), np.inf)
        lost = authorised & ~late & (rng.random(n) < 0.08)
        ended = np.where(lost, rng.uniform(self.starts, self.cutoff, n), np.inf)
        self.op["aeo_from"] = np.floor(granted / DAY) * DAY
        self.op["aeo_to"] = np.floor(ended / DAY) * DAY
        self.op["aeo_type"] = rng.choice(3, n, p=[0.45, 0.2, 0.35])
        self.op["aeo_fate"] = rng.random(n) < 0.6  # suspended, else revoked
        spread = self.settings["operator_spread"]
        dishonesty = rng.lognormal(0, spread, n) * np.where(authorised, 0.35, 1.0)
        dishonesty *= np.where(entrant, 1.35, 1.0)
        # A few giants must not set the offence rate of the whole administration.
        dishonesty = np.minimum(dishonesty, np.where(rank < 0.02, 1.5, 8.0))
        self.op["dishonesty"] = dishonesty / np.average(dishonesty, weights=weight)
        known = np.arange(n + self.agents)
        self.op_ids = [f"{HOME}{100000000 + (i * 7919 + 4242) % 899999981:09d}" for i in known]

    @cached_property
    def op_names(self) -> list[str]:
        """Made-up names of firms, one for each operator."""
        parts = [row["values"].split() for row in read("names") if row["kind"] in FIRM]
        return [
            " ".join(
                part[k * step % len(part)] for part, step in zip(parts, (1, 7, 11, 5), strict=True)
            )
            for k in range(self.traders + self.agents)
        ]

    # small services

    def random(self, topic: str, month: int = -1) -> np.random.Generator:
        """A stream of its own for each topic and month, so that parts change independently."""
        key = [self.seed & 0xFFFFFFFF, month + 1, *topic.encode()]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def progress(self, moment: float | np.ndarray) -> float | np.ndarray:
        """How far into the period a moment lies, 0 to 1."""
        return np.clip((moment - self.starts) / (self.cutoff - self.starts), 0, 1)

    def number(self, kind: str, count: int) -> np.ndarray:
        """The next running numbers of a kind of document."""
        first = self.serial.get(kind, 0)
        self.serial[kind] = first + count
        return np.arange(first + 1, first + count + 1)

    def known(self, moments: np.ndarray) -> np.ndarray:
        """What the export of the last midnight can know: later moments are missing."""
        return np.where(moments <= self.cutoff, moments, np.nan)

    @cached_property
    def counts(self) -> list[int]:
        """Declarations of each month: season, growth, and a total that is exact."""
        shape = np.array([self.month_shape[m.month - 1] for m in self.months])
        shape = shape * 1.0035 ** np.arange(len(shape))
        edges = np.floor(np.cumsum(shape) / shape.sum() * self.declarations + 0.5).astype(int)
        return np.diff(edges, prepend=0).tolist()


def make_world(declarations: int, months: int, seed: int, end: date) -> World:
    return World(seed, declarations, months_until(end, months), end)
