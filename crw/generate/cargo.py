"""Advance cargo information of house consignments, and movements under transit."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crw.generate.clock import DAY, HOUR
from crw.generate.documents import VARIANTS, address_list, firm_list
from crw.generate.trade import AIR, OTHER, POST, RAIL, ROAD, SEA, TRANSIT, Frame
from crw.generate.world import MODES, World, unit
from crw.generate.write import Columns, digits, joined, optional, text

FILINGS = ["manifest", "entry_summary", "express", "postal"]
VOYAGES = ["deep_sea", "short_sea", "long_haul", "short_haul", "land"]
LEVELS = ["low", "medium", "high"]
LOW, MEDIUM, HIGH = range(3)
OUTCOMES = [
    *("assessment_complete", "request_for_information", "request_for_amendment"),
    *("request_for_screening", "do_not_load", "control"),
]
# What an assessment orders, by level of risk.
ORDERS = np.array(
    [[1, 0, 0, 0, 0, 0], [0.70, 0.12, 0.08, 0.04, 0, 0.06], [0, 0.12, 0.06, 0.34, 0.02, 0.46]]
)
WAIVERS = ["perishable goods", "humanitarian aid", "scanner out of order"]
VAGUE = ["general cargo", "consolidated goods", "freight of all kinds", "said to contain"]


def manifests(world: World, month: int, d: Frame, i: Frame, odd: bool) -> Columns:
    """Filings for the month's declared consignments and for some nobody ever declared."""
    rng = world.random("manifests", month)
    first = np.flatnonzero(np.diff(i["parent"], prepend=-1))
    held = np.flatnonzero(d["has_house"])
    held = held[rng.random(len(held)) > 0.01]
    stray = rng.choice(held, len(held) // 25, replace=False)
    at = np.concatenate([held, stray])
    n = len(at)
    strays = np.arange(n) >= len(held)
    way = world.progress(d["lodged"][at])
    mode, sent = d["mode"][at], d["dispatch"][at]
    deep = world.haul[sent] == "deep"
    voyage = np.where(mode == SEA, np.where(deep, 0, 1), 4)
    voyage = np.where((mode == AIR) | (mode == POST), np.where(deep, 2, 3), voyage)
    t = _journey(world, rng, d, at, mode, deep, way)
    boxed = d["has_container"][at]
    level, outcome, mitigated, waiver = _assess(rng, d, at, t, boxed & (voyage == 0))

    house = d["house"].take(pa.array(at))
    lost = joined("HX", digits(d["lodged"][at].astype(np.int64) % 10**9, 9), digits(at % 1000, 3))
    house = pc.if_else(pa.array(strays), lost, house)
    kind = np.array([world.office_kind[k] for k in range(len(world.offices))])[d["office"][at]]
    filing = np.where(
        kind == "express", 2, np.where(kind == "post", 3, np.where(mode == SEA, 0, 1))
    )
    pieces = np.bincount(i["parent"], i["packages"], len(d["operator"]))[at]
    mass = np.bincount(i["parent"], i["gross"], len(d["operator"]))[at]
    commodity = i["commodity"][first][at]
    # Filings leave things out, ever less often; trade in parcels does so most.
    careless = (0.030 - 0.014 * way) * np.where(np.isin(filing, [2, 3]), 1.5, 1.0)

    def missing(weight: float) -> np.ndarray:
        return rng.random(n) < careless * weight

    firms, addresses = firm_list(), address_list(odd)
    consignor = (unit(d["operator"][at] + 1, sent + 9) * len(firms)).astype(int)
    consignee = d["operator"][at]
    where = (unit(consignor + 1, sent) * len(addresses)).astype(int)
    home = (unit(consignee + 1, np.full(1, 77)) * len(addresses)).astype(int)
    described = [row["description"] + variant for row in world.goods for variant in VARIANTS]
    described += VAGUE
    words = commodity * len(VARIANTS) + (unit(consignee + 1, commodity + 1) * len(VARIANTS)).astype(
        int
    )
    vague = missing(1.6)
    words = np.where(vague, len(described) - 1 - rng.integers(0, 4, n), words)

    # An amended filing first came with something left out.
    amended = rng.random(n) < 0.07
    amended_at = np.minimum(t["lodged"] + rng.lognormal(1.2, 1.0, n) * HOUR, t["arrived"] - 600)
    amended &= (amended_at > t["lodged"]) & (amended_at < world.cutoff)
    row = np.concatenate([np.arange(n), np.flatnonzero(amended)])
    row = np.sort(row, kind="stable")
    version = np.ones(len(row), np.int32)
    version[1:][row[1:] == row[:-1]] = 2
    initial = np.zeros(len(row), bool)
    initial[:-1] = row[1:] == row[:-1]
    lodged = np.where(version == 2, amended_at[row], t["lodged"][row])
    keep = lodged <= world.cutoff
    row, version, initial, lodged = row[keep], version[keep], initial[keep], lodged[keep]
    assessed = np.where(initial, np.nan, lodged + t["delay"][row])
    judged = assessed <= world.cutoff
    known = world.known

    def said(values: list[str], index: np.ndarray, weight: float) -> pa.Array:
        return text(values, np.where(missing(weight), -1, index)[row])

    clock = world.clock
    ports = world.ports
    arrives = [office["place_code"] for office in world.office_rows]
    flight = joined(
        "M",
        text(arrives, d["office"][at]).cast(pa.string()),
        digits((t["arrived"] / DAY).astype(np.int64), 5),
        digits(consignor % 7, 1),
    )
    boxes = d["containers"].take(pa.array(at[row]))
    numbers = _operator_numbers(world, consignee, missing(1.2))
    names = world.op_names
    return {
        "house_document_id": house.take(pa.array(row)),
        "version": version,
        "master_document_id": flight.take(pa.array(row)),
        "filing_type": text(FILINGS, filing[row]),
        "transport_mode": text(MODES, mode[row]),
        "voyage_type": text(VOYAGES, voyage[row]),
        "containerised": boxed[row],
        "lodged_at": clock.text(lodged),
        "loading_at": clock.text(known(t["loading"][row])),
        "departed_at": clock.text(known(t["departed"][row])),
        "estimated_arrival_at": clock.text(t["expected"][row]),
        "arrived_at": clock.text(known(t["arrived"][row])),
        "risk_assessed_at": clock.text(known(assessed)),
        "risk_level": text(LEVELS, np.where(judged, level[row], -1)),
        "risk_outcome": text(OUTCOMES, np.where(judged, outcome[row], -1)),
        "mitigation_completed_at": clock.text(known(np.where(judged, mitigated[row], np.nan))),
        "waiver_reason": text(WAIVERS, np.where(judged, waiver[row], -1)),
        "pieces": optional(pieces.astype(np.int32)[row], ~missing(0.8)[row] & ~initial),
        "gross_mass_kg": optional(np.round(mass, 3)[row], ~missing(0.6)[row]),
        "hs6": said(world.hs6, commodity, 2.0),
        "goods_description": said(described, words, 0.5),
        "consignor_name": said(firms, consignor, 0.5),
        "consignor_address": said(addresses, where, 0.8),
        "consignee_name": said(names, consignee, 0.5),
        "consignee_address": said(addresses, home, 0.8),
        "consignee_id": numbers.take(pa.array(row)),
        "place_loading": said(ports, sent, 0.6),
        "place_discharge": text(arrives, d["office"][at][row]),
        "container_ids": boxes,
    }


def _operator_numbers(world: World, operator: np.ndarray, missing: np.ndarray) -> pa.Array:
    return text(world.op_ids, np.where(missing, -1, operator)).cast(pa.string())


def _journey(
    world: World,
    rng: np.random.Generator,
    d: Frame,
    at: np.ndarray,
    mode: np.ndarray,
    deep: np.ndarray,
    way: np.ndarray,
) -> Frame:
    """Loading, departure, arrival, and when the filing came: mostly in time, ever more so."""
    n = len(at)
    arrived = np.where(np.isnan(d["arrived"][at]), d["lodged"][at] - 5 * HOUR, d["arrived"][at])
    near = np.array([60.0, 2.5, 14.0, 40.0, 30.0, 20.0])[mode] * HOUR
    far = np.array([24 * 24.0, 10.0, 60.0, 15 * 24.0, 80.0, 60.0])[mode] * HOUR
    took = np.where(deep, far, near) * rng.lognormal(0, 0.25, n)
    departed = arrived - took
    loading = departed - np.array([14, 3, 2, 6, 5, 3])[mode] * HOUR * rng.lognormal(0, 0.3, n)
    expected = arrived - rng.normal(0, 0.03, n) * took
    # The deadline: a day before loading overseas, else an hour or a few before arrival.
    notice = np.array([2.0, 4.0, 1.0, 2.0, 2.0, 1.0])[mode] * HOUR
    deadline = arrived - notice
    deadline = np.where((mode == SEA) & deep, loading - 24 * HOUR, deadline)
    deadline = np.where(np.isin(mode, [AIR, POST]) & ~deep, departed, deadline)
    in_time = rng.random(n) < 0.86 + 0.09 * way - 0.06 * np.isin(mode, [ROAD, OTHER, RAIL])
    ahead = deadline - rng.lognormal(1.0, 0.9, n) * 1.5 * HOUR
    behind = deadline + rng.lognormal(0.5, 0.9, n) * np.minimum(notice, 3 * HOUR) * 0.5
    lodged = np.where(in_time, ahead, behind)
    never = rng.random(n) < 0.012 - 0.006 * way
    lodged = np.where(never, arrived + rng.lognormal(0, 1, n) * 6 * HOUR, lodged)
    times = {"arrived": arrived, "departed": departed, "loading": loading, "expected": expected}
    times = {name: np.floor(values) for name, values in times.items()}
    return times | {"lodged": np.floor(lodged), "delay": 40 + rng.lognormal(3.5, 1.2, n)}


def _assess(
    rng: np.random.Generator, d: Frame, at: np.ndarray, t: Frame, overseas: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The level of risk, what was ordered, and when it was done."""
    n = len(at)
    seen = np.log(d["chance"][at] + 1e-4) + rng.normal(0, 1.2, n)
    level = np.digitize(seen, np.quantile(seen, [0.86, 0.973]) if n else [0, 0])
    cumulative = np.cumsum(ORDERS, axis=1)[level]
    outcome = (rng.random(n)[:, None] >= cumulative).sum(axis=1)
    outcome = np.where((outcome == 4) & ~overseas, 3, outcome)
    ordered = outcome > 0
    begun = t["lodged"] + t["delay"]
    until = np.maximum(t["arrived"] - begun, HOUR)
    prompt = rng.random(n) < 0.86
    done = np.where(prompt, begun + until * rng.beta(1.5, 2.5, n), t["arrived"] + 12 * HOUR)
    waived = ordered & (rng.random(n) < 0.03)
    never = rng.random(n) < 0.04
    mitigated = np.where(ordered & ~waived & ~never, np.floor(done), np.nan)
    return level, outcome, mitigated, np.where(waived, rng.integers(0, 3, n), -1)


def transit(world: World, month: int, d: Frame) -> Columns:
    """Movements under transit; some late, a few never discharged, some with a broken seal."""
    rng = world.random("transit", month)
    at = np.flatnonzero((d["regime"] == TRANSIT) & (d["released"] <= world.cutoff))
    n = len(at)
    left = np.floor(d["released"][at])
    share = world.office["share"]
    goal = rng.choice(len(share), n, p=share / share.sum())
    goal = np.where(goal == d["office"][at], (goal + 5) % len(share), goal)
    due = left + np.where(d["mode"][at] == RAIL, 10, 8) * DAY
    arrived = left + rng.lognormal(0.3, 0.7, n) * 1.1 * DAY
    odds = d["chance"][at] / max(d["chance"].mean(), 1e-9)
    late = rng.random(n) < 0.035 * odds**0.4
    arrived = np.where(late, due + rng.lognormal(0.8, 1.0, n) * DAY, arrived)
    lost = rng.random(n) < 0.006 * odds**0.6
    arrived = np.where(lost, np.nan, arrived)
    discharged = world.known(arrived)
    broken = rng.random(n) < np.minimum(0.008 * odds**0.7, 0.5)
    return {
        "movement_id": joined("MV", digits(world.number("movement", n), 9)),
        "declaration_id": d["id"].take(pa.array(at)),
        "office_departure": text(world.offices, d["office"][at]),
        "office_destination": text(world.offices, goal),
        "departed_at": world.clock.text(left),
        "due_at": world.clock.text(due),
        "discharged_at": world.clock.text(discharged),
        "seal_intact": optional(~broken, ~np.isnan(discharged)),
    }
