"""What stands around the controls: audits, scanners, cases, what partners say they sent."""

import numpy as np
import pyarrow as pa

from crw.generate.clock import DAY, HOUR, dates, seconds
from crw.generate.controls import NII, NON_COMPLIANT
from crw.generate.offences import SERIOUS
from crw.generate.seizures import CATEGORIES, METHOD_NAMES
from crw.generate.trade import IMPORT, Frame
from crw.generate.world import HOME, World, read
from crw.generate.write import Columns, digits, joined, only, optional, text

BASES = ["risk", "random", "complaint", "other"]
RESULTS = ["no_findings", "findings", "pending"]
ORIGINS = ["seizure", "audit", "intelligence", "inspection"]
LEVELS = ["tactical", "operational", "strategic"]
OUTCOMES = ["sanction", "prosecution", "settled", "dropped", "pending"]
MEASURES = ["new profile", "changed profile", "alert to partners", "audit", "training", "none"]
HARM = {"DRUG": 5, "WEAP": 5, "EXPL": 5, "STRAT": 5, "MED": 4, "AMMO": 4, "PREC": 4, "FOOD": 3}
HARM |= {"PROD": 3, "CITES": 3, "ODS": 3, "WASTE": 3, "CULT": 2, "CASH": 2, "IPR": 2}


def month_bounds(world: World, month: int) -> tuple[float, float]:
    start = seconds(world.months[month])
    last = month + 1 == len(world.months)
    return start, seconds(world.end) + DAY if last else seconds(world.months[month + 1])


def audits(world: World, month: int) -> tuple[Columns, Frame]:
    """Audits opened in the month; those of risky traders more often, and ever better aimed."""
    rng = world.random("audits", month)
    start, stop = month_bounds(world, month)
    n = rng.poisson(world.counts[month] / 10_000 * 9)
    way = float(world.progress(start))
    basis = rng.choice(4, n, p=[0.60 + 0.14 * way, 0.16, 0.10 - 0.04 * way, 0.14 - 0.10 * way])
    op = world.op
    present = (op["entry"] < start - 300 * DAY) & (op["exit"] > stop)
    plain = np.sqrt(op["weight"]) * present
    aimed = plain * op["dishonesty"]
    operator = np.where(basis == 0, _pick(rng, aimed, n), _pick(rng, plain, n))
    opened = start + np.floor(rng.random(n) * (stop - start) / DAY) * DAY + 9 * HOUR
    first = np.floor(opened / DAY) - 365 * rng.integers(1, 4, n)
    last = np.floor(opened / DAY) - rng.integers(20, 60, n)
    planned = np.floor(opened / DAY) + rng.integers(60, 200, n)
    closed = opened + rng.lognormal(0, 0.5, n) * 105 * DAY
    odds = 0.30 * op["dishonesty"][operator] ** 0.5 + 0.10 * (basis == 0)
    finding = rng.random(n) < np.minimum(odds, 0.9)
    assessed = np.round(rng.lognormal(9.2, 1.3, n), 2)
    collected_at = closed + rng.lognormal(0, 0.7, n) * 90 * DAY
    share = np.where(rng.random(n) < 0.7, 1.0, rng.random(n))
    over = closed <= world.cutoff
    paid = over & finding & (collected_at <= world.cutoff)
    feeds = over & finding & (rng.random(n) < 0.15 + 0.25 * way)
    revenue = [r for r in world.rules if r.row["risk_area"] == "revenue" and r.starts < start]
    codes = sorted({rule.row["rule_code"] for rule in revenue}) or ["R071"]
    number = world.number("audit", n)
    result = np.where(over, finding * 1, 2)
    clock = world.clock
    moment = clock.from_local(opened)
    columns = {
        "audit_id": joined("AUD", digits(number, 6)),
        "operator_id": text(world.op_ids, operator),
        "selection_basis": text(BASES, basis),
        "period_audited_from": dates(first),
        "period_audited_to": dates(last),
        "planned_at": dates(planned),
        "opened_at": clock.text(moment),
        "closed_at": clock.text(np.where(over, closed, np.nan)),
        "result": text(RESULTS, result),
        "additional_assessed": optional(np.where(finding, assessed, 0.0), over),
        "additional_collected": optional(np.round(assessed * share, 2), paid),
        "collected_at": clock.text(np.where(paid, collected_at, np.nan)),
        "feedback_rule_code": text(codes, np.where(feeds, rng.integers(0, len(codes), n), -1)),
    }
    frame = {"number": number, "operator": operator, "closed": closed, "found": over & finding}
    return columns, frame | {"assessed": assessed}


def _pick(rng: np.random.Generator, weights: np.ndarray, n: int) -> np.ndarray:
    cumulative = np.cumsum(weights)
    return np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")


def devices(world: World, month: int, d: Frame, x: Frame) -> Columns:
    """Each scanner's day: hours staffed, scanning, broken, and the scans made."""
    rng = world.random("devices", month)
    start, stop = month_bounds(world, month)
    days = int((stop - start) / DAY)
    owner = np.repeat(np.arange(len(world.offices)), world.office["scanners"].astype(int))
    rank = np.concatenate([np.arange(k) for k in world.office["scanners"].astype(int)])
    device, day = (a.ravel() for a in np.meshgrid(np.arange(len(owner)), np.arange(days)))
    office = owner[device]
    weekday = ((start / DAY + day) + 3) % 7
    hours = np.minimum(world.office["closes"] - world.office["opens"], 16)[office]
    hours = np.where(weekday >= 5, hours * world.office["weekend"][office], hours)
    # A scanner that breaks stays broken for some days.
    spell = rng.random((days, len(owner))) < 0.012
    broken = np.zeros((days, len(owner)))
    for lag in range(4):
        broken[lag:] += spell[: days - lag] * rng.random((days - lag, len(owner)))
    down = np.minimum(broken.ravel(), 1.0) * hours
    available = hours - down
    # Declared loads, and the travellers' cars and parcels nobody declares.
    scanned = (x["kind"] == NII) & x["done"]
    own = np.flatnonzero(scanned)
    scanner = d["office"][x["parent"][own]] * 10 + x["device"][own]
    on = np.floor(world.clock.local(x["started"][own]) / DAY) - start / DAY
    counted = np.zeros((days, len(owner)))
    for k in range(len(owner)):
        mine = (scanner == owner[k] * 10 + rank[k]) & (on >= 0) & (on < days)
        counted[:, k] = np.bincount(on[mine].astype(int), minlength=days)[:days]
    way = world.progress(start + day * DAY)
    extra = rng.poisson(available * (0.75 + 0.45 * way))
    scans = counted.ravel() + extra
    scanning = np.minimum(scans * 0.36 * rng.lognormal(0, 0.15, len(scans)), available)
    names = [f"SC-{world.offices[o]}-{r + 1}" for o, r in zip(owner, rank, strict=True)]
    return {
        "device_id": text(names, device),
        "office_code": text(world.offices, office),
        "day": dates(start / DAY + day),
        "available_hours": np.round(available, 2),
        "scanning_hours": np.round(scanning, 2),
        "downtime_hours": np.round(down, 2),
        "scans": scans.astype(np.int32),
    }


def cases(
    world: World, month: int, d: Frame, i: Frame, x: Frame, s: Frame, audited: Frame
) -> Columns:
    """Cases from seizures, inspections, audits and intelligence; sets the case of its seizure."""
    rng = world.random("cases", month)
    start, stop = month_bounds(world, month)
    harm = np.array([HARM.get(c, 1) for c in CATEGORIES])
    open_ = np.flatnonzero(rng.random(len(s["at"])) < 0.03 + 0.055 * harm[s["category"]])
    has_category = np.array([bool(c) for c in world.categories])
    kind = d["kind"][x["parent"]]
    grave = (x["result"] == NON_COMPLIANT) & (d["severity"][x["parent"]] == SERIOUS)
    grave &= (x["kind"] != NII) & ~has_category[kind]
    seen = np.flatnonzero(grave & (rng.random(len(grave)) < 0.12))
    found = np.flatnonzero(audited["found"] & (rng.random(len(audited["found"])) < 0.15))
    told = rng.poisson(world.counts[month] / 10_000 * 1.5)
    none = np.full(told, -1)
    offence = [row["offence_type"] for row in world.kinds]
    smuggling = offence.index("smuggling")
    prohibited = offence.index("prohibited_goods")
    taken_kind = np.where(s["category"][open_] == CATEGORIES.index("EXCISE"), smuggling, prohibited)
    parts = [
        (0, s["at"][open_], s["operator"][open_], taken_kind, s["category"][open_], open_),
        (3, x["recorded"][seen], d["operator"][x["parent"][seen]], kind[seen], None, None),
        (
            1,
            audited["closed"][found],
            audited["operator"][found],
            np.zeros(len(found), int),
            None,
            None,
        ),
        (
            2,
            start + rng.random(told) * (stop - start),
            none,
            np.full(told, smuggling),
            rng.integers(0, len(CATEGORIES), told),
            None,
        ),
    ]
    origin = np.concatenate([np.full(len(p[1]), p[0]) for p in parts])
    at = np.concatenate([p[1] for p in parts])
    operator = np.concatenate([p[2] for p in parts])
    what = np.concatenate([p[3] for p in parts])
    category = np.concatenate([np.full(len(p[1]), -1) if p[4] is None else p[4] for p in parts])
    seizure = np.concatenate([np.full(len(p[1]), -1) if p[5] is None else p[5] for p in parts])
    opened = np.floor(at + rng.lognormal(0.8, 0.8, len(at)) * DAY)
    keep = np.flatnonzero(opened <= world.cutoff)
    keep = keep[np.argsort(opened[keep], kind="stable")]
    origin, operator, what, category, seizure, opened = (
        values[keep] for values in (origin, operator, what, category, seizure, opened)
    )
    n = len(keep)
    number = world.number("case", n)
    of_seizure = seizure >= 0
    s["case"][seizure[of_seizure]] = number[of_seizure]
    closed = opened + rng.lognormal(0, 0.7, n) * 120 * DAY
    over = closed <= world.cutoff
    outcome = np.where(over, rng.choice(4, n, p=[0.45, 0.2, 0.2, 0.15]), 4)
    one = np.maximum(seizure, 0) if len(s["at"]) else np.zeros(n, int)
    method = np.where(of_seizure, s["method"][one] if len(s["at"]) else -1, -1)
    departs = np.where(of_seizure, s["departure"][one] if len(s["at"]) else -1, -1)
    comes = np.where(of_seizure, s["origin"][one] if len(s["at"]) else -1, -1)
    routed = (departs >= 0) & (comes >= 0)
    route = joined(
        text(world.countries, np.maximum(comes, 0)).cast(pa.string()),
        ">",
        text(world.countries, np.maximum(departs, 0)).cast(pa.string()),
        ">" + HOME,
    )
    level = rng.choice(3, n, p=[0.6, 0.32, 0.08])
    value = np.round(rng.lognormal(9.0, 1.4, n), 2)
    harm_of = np.where(category >= 0, harm[np.maximum(category, 0)], 1)
    codes, rule = _feedback(world, rng, category, opened)
    proposed = np.where(rule >= 0, rng.integers(0, 2, n), rng.integers(0, len(MEASURES), n))
    took = np.where(over, np.where(rng.random(n) < 0.75, proposed, MEASURES.index("none")), -1)
    clock = world.clock
    return {
        "case_id": joined("CASE", digits(number, 6)),
        "opened_at": clock.text(opened),
        "closed_at": clock.text(np.where(over, closed, np.nan)),
        "offence_type": text(offence, what),
        "origin": text(ORIGINS, origin),
        "subject_operator_id": text(world.op_ids, operator),
        "seizure_id": only(
            joined("SZ", digits(s["number"][one] if len(s["at"]) else number, 7)), of_seizure
        ),
        "modus_operandi": text(METHOD_NAMES, method),
        "route": only(route, routed),
        "consequence_value": value,
        "consequence_harm": harm_of.astype(np.int32),
        "intelligence_level": text(LEVELS, level),
        "measure_proposed": text(MEASURES, proposed),
        "measure_taken": text(MEASURES, took),
        "feedback_rule_code": text(codes, rule),
        "outcome": text(OUTCOMES, outcome),
    }


def _feedback(
    world: World, rng: np.random.Generator, category: np.ndarray, opened: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """The rule a case led to: one for its category that began, or was changed, soon after."""
    codes = [rule.row["rule_code"] for rule in world.rules]
    found = np.full(len(category), -1)
    for k, rule in enumerate(world.rules):
        name = rule.row["category_code"]
        if not name or rule.starts > world.cutoff:
            continue
        soon = (rule.starts > opened) & (rule.starts < opened + 120 * DAY)
        own = (category == CATEGORIES.index(name)) & soon
        found[own & (rng.random(len(own)) < 0.6)] = k
    old = (found < 0) & (rng.random(len(found)) < 0.08) & (category >= 0)
    for at in np.flatnonzero(old):
        fit = [
            k
            for k, rule in enumerate(world.rules)
            if rule.row["category_code"] == CATEGORIES[category[at]] and rule.starts <= opened[at]
        ]
        if fit:
            found[at] = fit[-1]
    return codes, found


def remember_findings(world: World, d: Frame, x: Frame, s: Frame, audited: Frame) -> None:
    """Keeps, for each rule yet to come, the latest finding it may say it came from."""
    for rule in world.rules:
        kind = rule.row["source_finding_type"]
        soonest, latest = rule.starts - 85 * DAY, rule.starts - 5 * DAY
        name = rule.row["category_code"]
        if kind == "seizure":
            fit = (s["category"] == CATEGORIES.index(name)) & _within(s["at"], soonest, latest)
            ids, numbers_ = "SZ{:07d}", s["number"]
        elif kind == "case":
            fit = (s["category"] == CATEGORIES.index(name)) & (s["case"] > 0)
            fit &= _within(s["at"], soonest, latest)
            ids, numbers_ = "CASE{:06d}", s["case"]
        elif kind == "inspection":
            of = np.array([CATEGORIES.index(c) if c else -1 for c in world.categories])
            wanted = CATEGORIES.index(name) if name else -1
            fit = (x["result"] == NON_COMPLIANT) & (of[d["kind"][x["parent"]]] == wanted)
            fit &= (d["severity"][x["parent"]] == SERIOUS) & _within(x["recorded"], soonest, latest)
            ids, numbers_ = "INS{:09d}", x["id"]
        elif kind == "audit":
            fit = audited["found"] & _within(audited["closed"], soonest, latest)
            ids, numbers_ = "AUD{:06d}", audited["number"]
        else:
            continue
        if fit.any():
            rule.finding = (kind, ids.format(int(numbers_[fit][-1])))


def _within(moments: np.ndarray, low: float, high: float) -> np.ndarray:
    return (moments >= low) & (moments <= high)


def partner_exports(world: World, month: int, i: Frame) -> Columns:
    """The month as partners tell it: what was really sent, freight apart, with some noise."""
    rng = world.random("partners", month)
    start = seconds(world.months[month])
    width = len(world.countries)
    own = (i["regime"] == IMPORT) & world.reports[i["dispatch"]]
    passed_on = (i["origin"] != i["dispatch"])[own]
    key = (i["commodity"][own] * width + i["dispatch"][own]) * 2 + passed_on
    cells, back = np.unique(key, return_inverse=True)
    value = np.bincount(back, (i["national"] + i["hidden_value"])[own], len(cells))
    mass = np.bincount(back, i["net"][own], len(cells))
    flow, partner, commodity = cells % 2, cells // 2 % width, cells // 2 // width
    factor = rng.lognormal(0, 0.10, len(cells))
    weighed = rng.lognormal(0, 0.06, len(cells))
    for gap in read("mirror_gaps"):
        prefix = np.array([code.startswith(gap["hs"]) for code in world.hs6])[commodity]
        where = partner == world.countries.index(gap["partner"])
        factor[prefix & where] *= float(gap["factor"])
        weighed[prefix & where] *= (1 + float(gap["factor"])) / 2
    reported = start / DAY + 55 + partner % 6 * 12
    told = (reported <= world.cutoff / DAY) & (rng.random(len(cells)) > 0.03)
    commodity, partner, flow, reported = (a[told] for a in (commodity, partner, flow, reported))
    in_euro = np.array([c == "EUR" for c in world.currency])[partner]
    amount = value[told] * factor[told] / 1.06 / np.where(in_euro, 1.0, 0.92)
    mass = np.round(mass[told] * weighed[told], 3)
    per_unit = world.good["kg_per_unit"][commodity]
    units = [row["unit"] for row in world.goods]
    kinds = sorted(set(units) - {""})
    unit_of = np.array([kinds.index(u) if u else -1 for u in units])[commodity]
    day = np.full(len(commodity), start / DAY)
    return {
        "period": dates(day),
        "hs6": text(world.hs6, commodity),
        "partner_country": text(world.countries, partner),
        "flow": text(["export", "re_export"], flow),
        "value": np.round(amount, 2),
        "currency": text(["EUR", "USD"], 1 - in_euro),
        "valuation_basis": text(["FOB", "CIF"], (partner % 9 == 4) * 1),
        "net_mass_kg": mass,
        "quantity": optional(np.round(mass / np.maximum(per_unit, 1e-6), 3), unit_of >= 0),
        "unit": text(kinds, unit_of),
        "hs_version": text(["HS2022"], np.zeros(len(commodity), int)),
        "reported_at": dates(reported),
    }
