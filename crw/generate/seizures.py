"""Seizures: what inspections of declared goods took, and what was found in every other traffic."""

import numpy as np
import pyarrow as pa

from crw.generate.clock import DAY, HOUR, seconds
from crw.generate.controls import NII, NON_COMPLIANT
from crw.generate.offences import SERIOUS
from crw.generate.trade import EXPORT, IMPORT, Frame
from crw.generate.world import MODES, World, mix, numbers, read
from crw.generate.write import Columns, digits, joined, only, text

CATEGORIES = sorted({row["category"] for row in read("goods_seized")})
TRAFFICS = ["cargo", "express", "post", "passenger", "crew", "vehicle", "inland"]
STATUSES = ["detained", "seized", "returned", "annulled"]
BASES = [*("criteria", "model", "random", "intelligence", "officer", "referral", "none")]
MEANS = ["documentary", "nii", "canine", "physical", "laboratory", "other"]
DIRECTIONS = ["import", "export", "transit", "internal"]
GOODS = read("goods_seized")
STREAMS = read("seizure_streams")
METHODS = read("concealments")
METHOD_NAMES = sorted({row["method"] for row in METHODS} - {"none"})
SUBCATEGORIES = [row["subcategory"] for row in GOODS]
UNITS = sorted({row["unit"] for row in GOODS})
# Which selection reason of a declaration makes which basis of its seizure.
BASIS_OF_REASON = np.array([0, 1, 2, 2, 3, 4])


def seize(world: World, month: int, d: Frame, i: Frame, x: Frame) -> Frame:
    """The month's seizures, one row each; lines and versions come when they are written."""
    rng = world.random("seizures", month)
    parts = [_from_inspections(world, rng, d, i, x), _elsewhere(world, rng, month)]
    s = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(s["at"], kind="stable")
    s = {name: values[order] for name, values in s.items()}
    keep = s["at"] <= world.cutoff
    s = {name: values[keep] for name, values in s.items()}
    s["number"] = world.number("seizure", len(s["at"]))
    _describe(world, rng, s)
    return s


def _from_inspections(
    world: World, rng: np.random.Generator, d: Frame, i: Frame, x: Frame
) -> Frame:
    """Prohibited or restricted goods found in declared cargo."""
    has_category = np.array([bool(c) for c in world.categories])
    hit = (x["result"] == NON_COMPLIANT) & has_category[d["kind"][x["parent"]]]
    hit &= x["kind"] != NII
    serious = d["severity"][x["parent"]] == SERIOUS
    licence = world.is_licence[d["kind"][x["parent"]]]
    taken = np.where(serious, 0.95, 0.45) * np.where(licence, 0.5, 1.0)
    at = np.flatnonzero(hit & (rng.random(len(hit)) < taken))
    # One seizure for a declaration, however often it was looked at.
    parent, first = np.unique(x["parent"][at], return_index=True)
    at = at[first]
    n = len(at)
    chain = x["chief"][at] > 0
    means = np.where(chain, 1, np.where(x["kind"][at] == 0, 0, 3))
    means = np.where((means == 3) & (rng.random(n) < 0.12), 4, means)
    main = d["main_item"][parent]
    kind_office = np.array([{"express": 1, "post": 2}.get(k, 0) for k in world.office_kind])
    basis = BASIS_OF_REASON[d["reason"][parent]]
    return {
        "at": np.floor(x["recorded"][at] + rng.exponential(2 * HOUR, n)),
        "office": d["office"][parent],
        "traffic": kind_office[d["office"][parent]],
        "mode": d["mode"][parent],
        "basis": basis,
        "means": means,
        "category": np.array([CATEGORIES.index(c) if c else 0 for c in world.categories])[
            d["kind"][parent]
        ],
        "direction": d["regime"][parent],
        "parent": parent,
        "item": main,
        "operator": d["operator"][parent],
        "origin": i["origin"][main],
        "departure": d["dispatch"][parent],
        "destination": d["destination"][parent],
        "inspection": x["id"][at],
    }


def _elsewhere(world: World, rng: np.random.Generator, month: int) -> Frame:
    """Travellers, crews, vehicles, parcels without declaration, and finds inland."""
    start = seconds(world.months[month])
    stop = seconds(world.months[month + 1]) if month + 1 < len(world.months) else world.cutoff
    seasons = {row["season"]: row for row in read("seasons")}
    way = float(world.progress(start))
    rows = []
    for k, stream in enumerate(STREAMS):
        season = float(seasons[stream["seasonal"]][f"m{world.months[month].month}"])
        expected = float(stream["per_10k"]) * world.counts[month] / 10_000
        expected *= season * (1 + way * (float(stream["growth"]) - 1))
        rows.append(np.full(rng.poisson(expected), k))
    stream = np.concatenate(rows) if rows else np.zeros(0, int)
    n = len(stream)
    office, mode = np.zeros(n, int), np.zeros(n, int)
    for k, row in enumerate(STREAMS):
        at = np.flatnonzero(stream == k)
        kinds = row["kinds"].split()
        open_ = [j for j, kind in enumerate(world.office_kind) if kind in kinds]
        share = world.office["share"][open_]
        office[at] = rng.choice(open_, len(at), p=share / share.sum())
        modes = [MODES.index(m) for m in row["modes"].split()]
        by_office = np.array(
            [
                modes[min(kinds.index(k2), len(modes) - 1)] if k2 in kinds else 0
                for k2 in world.office_kind
            ]
        )
        mode[at] = by_office[office[at]]
    category = np.array([CATEGORIES.index(row["category"]) for row in STREAMS])[stream]
    traffic = np.array([TRAFFICS.index(row["traffic"]) for row in STREAMS])[stream]
    departures = np.zeros((len(CATEGORIES), len(world.countries)))
    for row in read("routes_seized"):
        for country, weight in mix(row["departures"]).items():
            at = world.countries.index(country)
            departures[CATEGORIES.index(row["category"]), at] = weight
    from_ = _draw(rng, departures, category)
    outward = rng.random(n) < 0.12
    inland = traffic == TRAFFICS.index("inland")
    direction = np.where(inland, 3, np.where(outward, EXPORT, IMPORT))
    means = np.where(np.isin(traffic, [1, 2]), 1, 3)
    u = rng.random(n)
    means = np.where(u < 0.22, 2, np.where(u < 0.30, 4, means))
    basis = rng.choice([6, 4, 3, 5, 2], n, p=[0.42, 0.33, 0.12, 0.05, 0.08])
    none = np.full(n, -1)
    days = (stop - start) / DAY
    at = start + np.floor(rng.random(n) * days) * DAY
    hour = np.where(traffic == 3, rng.normal(15, 5, n), rng.normal(13, 4, n)) % 24
    return {
        "at": np.floor(world.clock.from_local(at + hour * HOUR)),
        "office": office,
        "traffic": traffic,
        "mode": mode,
        "basis": basis,
        "means": means,
        "category": category,
        "direction": direction,
        "parent": none,
        "item": none,
        "operator": none,
        "origin": np.where(rng.random(n) < 0.7, from_, -1),
        "departure": np.where(inland, -1, np.where(outward, world.home, from_)),
        "destination": np.where(outward, _draw(rng, departures, category), world.home),
        "inspection": none,
    }


def _draw(rng: np.random.Generator, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    cumulative = np.cumsum(weights, axis=1)[rows]
    return (rng.random(len(rows))[:, None] * cumulative[:, -1:] >= cumulative).sum(axis=1)


def _describe(world: World, rng: np.random.Generator, s: Frame) -> None:
    """How it was hidden: ways of working come up and spread over the period."""
    n = len(s["at"])
    way = world.progress(s["at"])
    weights = np.zeros((n, len(METHODS)))
    for k, row in enumerate(METHODS):
        emerges = float(row["emerges"])
        since = np.clip((way - emerges) / max(1 - emerges, 1e-9), 0, 1)
        now = float(row["weight_from"]) + since * (
            float(row["weight_to"]) - float(row["weight_from"])
        )
        traffic = np.isin(s["traffic"], [TRAFFICS.index(t) for t in row["traffics"].split()])
        own = row["category"] == "*" or s["category"] == CATEGORIES.index(row["category"])
        weights[:, k] = now * traffic * own * (way >= emerges)
    method = _draw(rng, weights, np.arange(n))
    names = [METHOD_NAMES.index(m["method"]) if m["method"] != "none" else -1 for m in METHODS]
    s["method"] = np.array(names)[method]
    transit = rng.integers(0, world.home, n)
    passes = rng.random(n) < np.where(s["departure"] == world.home, 0, 0.15)
    s["transit"] = np.where(passes & (transit != s["departure"]), transit, -1)
    fate = rng.random(n)
    s["fate"] = np.where(fate < 0.86, 1, np.where(fate < 0.95, 0, np.where(fate < 0.98, 2, 3)))
    s["revised"] = s["at"] + rng.lognormal(2.6, 0.8, n) * DAY
    second = (rng.random(n) < 0.14) | (s["fate"] >= 2)
    s["versions"] = np.where(second & (s["revised"] <= world.cutoff), 2, 1)
    s["lines"] = 1 + (rng.random(n) < 0.16) + (rng.random(n) < 0.05)
    s["case"] = np.full(n, -1)


def lines(world: World, month: int, d: Frame, s: Frame) -> Columns:
    """Each seizure's lines, once for every version of its record."""
    rng = world.random("seizure lines", month)
    at = np.repeat(np.arange(len(s["at"])), s["lines"])
    start = np.concatenate([[0], np.cumsum(s["lines"])[:-1]])
    number = np.arange(len(at)) - start[at] + 1
    category = s["category"][at].copy()
    # Some lines beside the first are of another kind: cash with drugs, rounds with weapons.
    other = (number > 1) & (rng.random(len(at)) < 0.45)
    beside = {"DRUG": "CASH", "WEAP": "AMMO", "IPR": "PROD", "MED": "DRUG", "EXCISE": "CASH"}
    for name, also in beside.items():
        own = other & (category == CATEGORIES.index(name))
        category[own] = CATEGORIES.index(also)
    of_category = np.zeros((len(CATEGORIES), len(GOODS)))
    for k, row in enumerate(GOODS):
        of_category[CATEGORIES.index(row["category"]), k] = float(row["weight"])
    goods = _draw(rng, of_category, category)
    scale = np.where(s["traffic"][at] == 0, 25.0, 1.0)
    scale = np.where(np.isin(category, [CATEGORIES.index(c) for c in ("WASTE", "ODS")]), 1.0, scale)
    spread = numbers(GOODS, "sigma")[goods]
    quantity = numbers(GOODS, "quantity")[goods] * np.exp(rng.normal(0, 1, len(at)) * spread)
    units = np.array([UNITS.index(row["unit"]) for row in GOODS])[goods]
    whole = np.isin(units, [UNITS.index("item"), UNITS.index("EUR")])
    quantity = np.maximum(quantity * np.where(units == UNITS.index("EUR"), 1, scale), 0.005)
    quantity = np.where(whole, np.maximum(np.round(quantity), 1), np.round(quantity, 3))

    two = np.flatnonzero(s["versions"][at] == 2)
    row = np.concatenate([np.arange(len(at)), two])
    version = np.concatenate([np.ones(len(at), np.int32), np.full(len(two), 2, np.int32)])
    order = np.lexsort((number[row], version, at[row]))
    row, version = row[order], version[order]
    own = at[row]
    # The first record is a detention more often; weighing and the laboratory correct quantities.
    final = version == s["versions"][own]
    status = np.where(final, s["fate"][own], np.minimum(s["fate"][own], 1) * (own % 3 > 0))
    weighed = np.where((version == 2) & ~whole[row], 1 + rng.normal(0, 0.05, len(row)), 1.0)
    amount = np.round(np.maximum(quantity[row] * weighed, 0.001), 3)
    value = np.round(amount * numbers(GOODS, "value_per_unit")[goods[row]], 2)
    parent = s["parent"][own]
    declared = parent >= 0
    safe = pa.array(np.maximum(parent, 0))
    direction = s["direction"][own]
    main = number[row] == 1
    codes = [g["commodity_code"] for g in GOODS]
    role = np.where(declared, np.where(direction == EXPORT, 1, 0), -1)
    place = [office["place_code"] for office in world.office_rows]
    return {
        "seizure_id": joined("SZ", digits(s["number"][own], 7)),
        "version": version,
        "line_number": number[row].astype(np.int32),
        "is_primary_line": main,
        "status": text(STATUSES, status),
        "seized_at": world.clock.text(s["at"][own]),
        "office_code": text(world.offices, s["office"][own]),
        "place_code": text(place, s["office"][own]),
        "direction": text(DIRECTIONS, direction),
        "traffic": text(TRAFFICS, s["traffic"][own]),
        "transport_mode": text(MODES, s["mode"][own]),
        "selection_basis": text(BASES, s["basis"][own]),
        "detection_means": text(MEANS, s["means"][own]),
        "concealment_method": text(METHOD_NAMES, s["method"][own]),
        "declaration_id": only(d["id"].take(safe), declared),
        "house_document_id": only(d["house"].take(safe), declared),
        "container_id": only(d["container"].take(safe), declared),
        "operator_id": text(world.op_ids, s["operator"][own]),
        "operator_role": text(["importer", "exporter"], role),
        "commodity_code": text(codes, goods[row]),
        "country_origin": text(world.countries, s["origin"][own]),
        "country_departure": text(world.countries, s["departure"][own]),
        "country_transit": text(world.countries, s["transit"][own]),
        "country_destination": text(world.countries, s["destination"][own]),
        "category_code": text(CATEGORIES, category[row]),
        "subcategory": text(SUBCATEGORIES, goods[row]),
        "quantity": amount,
        "unit": text(UNITS, units[row]),
        "value_national": value,
        "case_id": only(joined("CASE", digits(s["case"][own], 6)), s["case"][own] > 0),
    }
