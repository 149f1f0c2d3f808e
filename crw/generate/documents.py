"""Frames of numbers into the records a processing system would export."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crw.generate.controls import NII, NON_COMPLIANT, RESULTS, TYPES
from crw.generate.offences import SEVERITIES
from crw.generate.selection import REASON_CODES, REASONS
from crw.generate.trade import EXPORT, IMPORT, RATES, SEA, TRANSIT, Frame
from crw.generate.world import CHANNELS, MODES, REGIMES, World, read, unit
from crw.generate.write import Columns, digits, joined, only, optional, text

PROCEDURES = {
    IMPORT: (["4000", "4200", "5100", "7100", "6123"], [0.80, 0.06, 0.04, 0.08, 0.02]),
    EXPORT: (["1000", "2300", "3151"], [0.90, 0.04, 0.06]),
    TRANSIT: (["T1", "T2"], [0.7, 0.3]),
}
PROCEDURE_CODES = [code for codes, _ in PROCEDURES.values() for code in codes]
TAX_TYPES = ["duty", "vat", "excise", "other"]
LICENCES = ["", *sorted({row["licence"] for row in read("commodities")} - {""})]
WAYS = ["N705", "N740", "N730", "N720", "N750", "N730"]
VARIANTS = ["", " assorted", " for retail sale", " in cartons", " first quality", " new", " bulk"]
ODD_VARIANTS = [", assorted, in cartons", ' "premium" brand', ", new\nsee packing list"]
CARRIERS = ["MSCU", "MAEU", "CMAU", "HLCU", "OOLU", "EGHU", "TGHU", "TCLU"]


def officer_names() -> list[str]:
    """Thirty officers for each office, by made-up names."""
    given, family = (_values(kind) for kind in ("given", "family"))
    offices = len(read("offices"))
    return [f"{given[k % 30]} {family[(k // 30 * 7 + k) % 30]}" for k in range(offices * 30)]


def _values(kind: str) -> list[str]:
    return next(row["values"].split() for row in read("names") if row["kind"] == kind)


OFFICERS = officer_names()


def firm_list() -> list[str]:
    """Made-up senders abroad."""
    return [
        f"{a} {b} {c}" for a in _values("word") for b in _values("trade") for c in _values("form")
    ]


def address_list(odd: bool) -> list[str]:
    """Made-up addresses; a comma in them now and then, so that quoting is put to the test."""
    comma = "," if odd else ""
    return [
        f"{number} {street} Street{comma} {town}"
        for number in range(1, 90, 3)
        for street in _values("street")
        for town in _values("town")
    ]


def number_declarations(world: World, month: int, d: Frame) -> None:
    """Declaration ids (and those of house documents), as the offices number them."""
    rng = world.random("documents", month)
    n = len(d["operator"])
    serial = digits(world.number("declaration", n), 9)
    year = str(world.months[month].year)[2:]
    d["id"] = joined(year, text(world.offices, d["office"]).cast(pa.string()), "R", serial)
    share = np.where(d["regime"] == IMPORT, world.settings["manifest_share"], 0.0)
    share = np.where(d["regime"] == TRANSIT, 0.5, share)
    d["has_house"] = rng.random(n) < share
    house = joined("H", text(world.countries, d["dispatch"]).cast(pa.string()), serial)
    d["house"] = only(house, d["has_house"])
    boxed = (d["mode"] == SEA) & (rng.random(n) < 0.85)
    d["has_container"] = boxed
    carrier = text(CARRIERS, rng.integers(0, len(CARRIERS), n)).cast(pa.string())
    box = joined(carrier, digits(rng.integers(1_000_000, 9_999_999, n), 7))
    d["container"] = only(box, boxed)
    second = joined(box, "|", carrier, digits(rng.integers(1_000_000, 9_999_999, n), 7))
    several = boxed & (rng.random(n) < 0.12)
    d["containers"] = only(pc.if_else(pa.array(several), second, box), boxed)
    amended = rng.random(n) < world.settings["amendment_share"]
    after = d["accepted"] + rng.lognormal(1.5, 1.6, n) * 3600
    d["amended"] = np.where(amended & ~d["withdrawn"] & (after < world.cutoff), after, np.nan)
    codes = np.zeros(n, int)
    for regime, (names, weights) in PROCEDURES.items():
        at = np.flatnonzero(d["regime"] == regime)
        picked = rng.choice(len(names), len(at), p=weights)
        codes[at] = picked + PROCEDURE_CODES.index(names[0])
    d["procedure"] = codes
    d["supplier"] = (
        unit(d["operator"] + 1, d["dispatch"] + 1, rng.integers(1, 4, n)) * 1e6
    ).astype(int)


def declarations(world: World, d: Frame) -> Columns:
    """Both versions of what was amended, the other declarations once."""
    n = len(d["operator"])
    amended = np.flatnonzero(~np.isnan(d["amended"]))
    at = np.sort(np.concatenate([np.arange(n), amended]), kind="stable")
    version = np.ones(len(at), np.int32)
    version[1:][at[1:] == at[:-1]] = 2
    superseded = np.zeros(len(at), bool)
    superseded[:-1] = at[1:] == at[:-1]
    amended_at = d["amended"][at]
    # Version 1 of an amended declaration shows what was known until the amendment.
    until = np.where(superseded, amended_at, world.cutoff)

    def moment(name: str) -> np.ndarray:
        return np.where(d[name][at] <= until, d[name][at], np.nan)

    released, invalidated = moment("released"), moment("invalidated")
    accepted = moment("accepted")
    status = np.where(np.isnan(accepted), 0, 1)
    status = np.where(~np.isnan(released), 2, status)
    status = np.where(~np.isnan(invalidated), 3, status)
    operator, regime = d["operator"][at], d["regime"][at]
    trader = text(world.op_ids, operator)
    partner = np.where(regime == EXPORT, d["destination"][at], d["dispatch"][at])
    abroad = joined(
        text(world.countries, partner).cast(pa.string()),
        "X",
        digits(d["supplier"][at], 6),
    )
    plain = trader.cast(pa.string())
    importer = pc.if_else(pa.array(regime == EXPORT), abroad, plain)
    exporter = pc.if_else(pa.array(regime == EXPORT), plain, abroad)
    agent = text(world.op_ids, d["agent"][at])
    clock = world.clock
    return {
        "declaration_id": d["id"].take(pa.array(at)),
        "version": version,
        "status": text(["lodged", "accepted", "released", "invalidated"], status),
        "office_code": text(world.offices, d["office"][at]),
        "regime": text(REGIMES, regime),
        "procedure_code": text(PROCEDURE_CODES, d["procedure"][at]),
        "transport_mode": text(MODES, d["mode"][at]),
        "version_lodged_at": clock.text(np.where(version == 1, d["lodged"][at], amended_at)),
        "accepted_at": clock.text(accepted),
        "assessed_at": clock.text(moment("assessed")),
        "paid_at": clock.text(moment("paid")),
        "released_at": clock.text(released),
        "invalidated_at": clock.text(invalidated),
        "channel_final": text(CHANNELS, d["channel"][at]),
        "importer_id": importer,
        "exporter_id": exporter,
        "declarant_id": agent,
        "representative_id": only(agent.cast(pa.string()), d["has_agent"][at]),
        "country_dispatch": text(world.countries, d["dispatch"][at]),
        "country_destination": text(world.countries, d["destination"][at]),
        "house_document_id": d["house"].take(pa.array(at)),
    }


def item_rows(world: World, month: int, d: Frame, i: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Item of each record and its version: amended declarations list their items twice."""
    n = len(i["parent"])
    again = np.flatnonzero(~np.isnan(d["amended"])[i["parent"]])
    at = np.concatenate([np.arange(n), again])
    version = np.concatenate([np.ones(n, np.int32), np.full(len(again), 2, np.int32)])
    order = np.lexsort((i["number"][at], version, i["parent"][at]))
    return at[order], version[order]


def items(world: World, month: int, d: Frame, i: Frame, odd: bool) -> Columns:
    rng = world.random("items", month)
    at, version = item_rows(world, month, d, i)
    n = len(i["parent"])
    dutiable = world.good["kg_per_unit"][i["commodity"]]
    quantity = np.where(dutiable > 0, i["net"] / np.maximum(dutiable, 1e-6), 0)
    units = [row["unit"] for row in world.goods]
    kinds = sorted(set(units) - {""})
    unit_of = np.array([kinds.index(u) if u else -1 for u in units])[i["commodity"]]
    variants = VARIANTS + (ODD_VARIANTS if odd else [])
    described = [row["description"] + variant for row in world.goods for variant in variants]
    plain = (unit(i["operator"] + 1, i["commodity"] + 1) * len(VARIANTS)).astype(int)
    if odd:
        strange = rng.random(n) < 0.004
        plain = np.where(strange, rng.integers(len(VARIANTS), len(variants), n), plain)
    currency, rate = _currency(world, month, i)
    national = np.round(i["national"], 2)
    # What an amendment corrects: masses and values, a little.
    nudge = np.where(version == 2, 1 + rng.normal(0, 0.01, len(at)), 1.0)
    take = pa.array(at)
    value = np.round(national[at] * nudge, 2)
    i["value_text"] = value
    parent = i["parent"][at]
    return {
        "declaration_id": d["id"].take(pa.array(parent)),
        "version": version,
        "item_number": i["number"][at].astype(np.int32),
        "commodity_code": text(world.hs6, i["commodity"][at]),
        "goods_description": text(described, (i["commodity"] * len(variants) + plain)[at]),
        "country_origin": text(world.countries, i["origin"][at]),
        "packages": i["packages"][at].astype(np.int32),
        "gross_mass_kg": i["gross"][at],
        "net_mass_kg": i["net"][at],
        "supplementary_quantity": optional(np.round(quantity, 3)[at], (unit_of >= 0)[at]),
        "supplementary_unit": text(kinds, unit_of[at]),
        "customs_value": np.round(value / rate[at], 2),
        "currency": text(list(RATES), currency[at]),
        "customs_value_national": value,
        "preference_code": text(
            ["100", "300"], np.where(i["regime"] == IMPORT, i["preference"] * 1, -1)[at]
        ),
        "supporting_document_codes": _documents(world, rng, i).take(take),
        "container_ids": d["containers"].take(pa.array(parent)),
    }


def _currency(world: World, month: int, i: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Invoice currency, and its rate of the month."""
    names = list(RATES)
    by_country = np.array([names.index(c) for c in world.currency])
    other = np.where(i["regime"] == EXPORT, i["destination"], i["dispatch"])
    local = unit(i["operator"] + 1, other + 1) < 0.75
    currency = np.where(local, by_country[other], names.index("EUR"))
    wobble = 1 + 0.03 * np.sin(month / 5 + np.arange(len(names)))
    wobble[names.index("EUR")] = 1
    rates = np.array(list(RATES.values())) * wobble
    return currency, np.round(rates, 6)[currency]


def _documents(world: World, rng: np.random.Generator, i: Frame) -> pa.Array:
    """Codes of the papers presented, from a table of all combinations there are."""
    n = len(i["parent"])
    need = np.array([LICENCES.index(row["licence"]) for row in world.goods])[i["commodity"]]
    licence = np.where(i["licence_shown"] & (i["regime"] != TRANSIT), need, 0)
    invoice = rng.random(n) < 0.985
    combos = [
        "|".join(filter(None, ["N380" * a, way, "N954" * b, code]))
        for a in (0, 1)
        for way in WAYS
        for b in (0, 1)
        for code in LICENCES
    ]
    index = ((invoice * len(WAYS) + i["mode"]) * 2 + i["preference"]) * len(LICENCES) + licence
    return text(combos, index).cast(pa.string())


def taxes(world: World, month: int, d: Frame, i: Frame) -> Columns:
    """Duty, excise and value added tax of imports for home use."""
    rng = world.random("taxes", month)
    at, version = item_rows(world, month, d, i)
    home_use = [PROCEDURE_CODES.index(code) for code in ("4000", "4200", "6123")]
    due = np.isin(d["procedure"][i["parent"][at]], home_use) & (i["regime"][at] == IMPORT)
    at, version, value = at[due], version[due], i["value_text"][due]
    commodity = i["commodity"][at]
    duty_pct = np.where(i["preference"][at], 0, world.good["duty_pct"][commodity])
    excise_pct = world.good["excise_pct"][commodity]
    parent = i["parent"][at]
    duty = np.round(value * duty_pct / 100, 2)
    excise = np.round(value * excise_pct / 100, 2)
    bases = np.stack([value, value + duty + excise, value])
    amounts = np.stack([duty, np.round((value + duty + excise) * 0.20, 2), excise])
    present = np.stack([np.ones(len(at), bool), np.ones(len(at), bool), excise_pct > 0])
    row, kind = np.nonzero(present.T)
    declared, base = amounts[kind, row], np.round(bases[kind, row], 2)
    main = d["main_item"][parent] == at
    # What customs added is assessed, as duty, on the item that hid it; most of it is collected.
    extra = d["added"][parent][row] * main[row] * (kind == 0)
    assessed = np.round(declared + extra, 2)
    paid = ~np.isnan(world.known(d["paid"]))[parent][row]
    short = np.where(rng.random(len(row)) < 0.01, rng.random(len(row)), 1.0)
    collected = np.round(np.where(extra > 0, declared + extra * short, declared), 2)
    return {
        "declaration_id": d["id"].take(pa.array(parent[row])),
        "version": version[row],
        "item_number": i["number"][at][row].astype(np.int32),
        "tax_type": text(TAX_TYPES, kind),
        "base": base,
        "declared": declared,
        "assessed": assessed,
        "collected": optional(collected, paid),
    }


def selection_events(world: World, d: Frame, e: Frame) -> Columns:
    parent = e["parent"]
    draw = e["draw"]
    rule_codes = [rule.row["rule_code"] for rule in world.rules]
    versions = np.array([int(rule.row["rule_version"]) for rule in world.rules], np.int32)
    return {
        "declaration_id": d["id"].take(pa.array(parent)),
        "version": np.ones(len(parent), np.int32),
        "sequence": e["sequence"].astype(np.int32),
        "event_at": world.clock.text(e["at"]),
        "reason": text(REASONS, e["reason"]),
        "rule_code": text(rule_codes, e["rule"]),
        "rule_version": optional(versions[e["rule"]], e["rule"] >= 0),
        "channel_before": text(CHANNELS, e["before"]),
        "channel_after": text(CHANNELS, e["after"]),
        "in_random_frame": draw,
        "random_probability": optional(d["probability"][parent], draw),
        "random_drawn": optional(d["drawn"][parent], draw),
        "is_primary": e["primary"],
        "reason_code": text(REASON_CODES, e["code"]),
        "officer_id": text(OFFICERS, e["officer"]),
    }


def matches(world: World, d: Frame, i: Frame, m: Frame) -> Columns:
    """Only version 1 was run through the rules; only some rules give a score."""
    rule_codes = [rule.row["rule_code"] for rule in world.rules]
    versions = np.array([int(rule.row["rule_version"]) for rule in world.rules], np.int32)
    scores = np.array([int(code[1:]) % 3 == 0 for code in rule_codes])
    return {
        "declaration_id": d["id"].take(pa.array(m["parent"])),
        "version": np.ones(len(m["rule"]), np.int32),
        "item_number": i["number"][m["item"]].astype(np.int32),
        "rule_code": text(rule_codes, m["rule"]),
        "rule_version": versions[m["rule"]],
        "score": optional(np.round(m["score"], 6), scores[m["rule"]]),
        "matched_at": world.clock.text(m["at"]),
    }


def inspections(world: World, d: Frame, i: Frame, x: Frame) -> Columns:
    parent = x["parent"]
    hit = x["result"] == NON_COMPLIANT
    scanned = (x["kind"] == NII) & x["done"]
    begun = x["done"] & (x["started"] <= world.cutoff)
    kind = np.where(hit, d["kind"][parent], -1)
    rule = d["rule"][parent]
    rule_codes = [r.row["rule_code"] for r in world.rules]
    versions = np.array([int(r.row["rule_version"]) for r in world.rules], np.int32)
    offence_types = [row["offence_type"] for row in world.kinds]
    category = np.array([bool(c) for c in world.categories])
    started = np.where(begun, x["started"], np.nan)
    ended = world.known(np.where(begun, x["ended"], np.nan))
    recorded = world.known(np.where(x["done"], x["recorded"], np.nan))
    scan_start = np.where(scanned, started, np.nan)
    scan_end = world.known(
        np.where(scanned & begun, x["started"] + 0.6 * (x["ended"] - x["started"]), np.nan)
    )
    judged = scanned & ~np.isnan(ended)
    item = np.where(x["item"] >= 0, i["number"][np.maximum(x["item"], 0)], 0)
    device = d["office"][parent] * 10 + x["device"]
    names = [f"SC-{code}-{k + 1}" for code in world.offices for k in range(10)]
    clock = world.clock
    physical = np.isin(x["kind"], [NII, 2])
    return {
        "inspection_id": joined("INS", digits(x["id"], 9)),
        "declaration_id": d["id"].take(pa.array(parent)),
        "item_number": optional(item.astype(np.int32), item > 0),
        "house_document_id": d["house"].take(pa.array(parent)),
        "container_id": only(d["container"].take(pa.array(parent)), physical),
        "parent_inspection_id": only(joined("INS", digits(x["chief"], 9)), x["chief"] > 0),
        "type": text(TYPES, x["kind"]),
        "control_type_code": text(["D10", "N20", "P30"], x["kind"]),
        "selection_reason": text(REASONS, d["reason"][parent]),
        "rule_code": text(rule_codes, rule),
        "rule_version": optional(versions[rule], rule >= 0),
        "ordered_at": clock.text(x["ordered"]),
        "started_at": clock.text(started),
        "ended_at": clock.text(ended),
        "result_recorded_at": clock.text(recorded),
        "officer_id": only(text(OFFICERS, x["officer"]).cast(pa.string()), begun),
        "nii_device_id": only(text(names, device).cast(pa.string()), scanned & begun),
        "scan_started_at": clock.text(scan_start),
        "scan_ended_at": clock.text(scan_end),
        "nii_verdict": text(["clear", "suspect"], np.where(judged, x["suspect"] * 1, -1)),
        "result": text(RESULTS, x["result"]),
        "offence_type": text(offence_types, kind),
        "offence_category_code": text(world.categories, np.where(category[kind], kind, -1)),
        "severity": text(SEVERITIES, np.where(hit, d["severity"][parent], -1)),
        "additional_duty": optional(np.nan_to_num(x["duty"]), hit & ~np.isnan(x["duty"])),
        "penalty": optional(np.nan_to_num(x["penalty"]), hit & ~np.isnan(x["penalty"])),
    }
