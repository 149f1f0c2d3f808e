"""Inspections and their results, and the hours of a declaration from acceptance to release."""

import numpy as np

from crw.generate.clock import DAY, HOUR
from crw.generate.offences import FORMAL, SERIOUS
from crw.generate.selection import CRITERIA, RANDOM, RED, YELLOW
from crw.generate.trade import IMPORT, SEA, Frame
from crw.generate.world import World

TYPES = ["documentary", "nii", "physical"]
DOCUMENTARY, NII, PHYSICAL = range(3)
RESULTS = ["compliant", "non_compliant", "pending", "not_performed"]
COMPLIANT, NON_COMPLIANT, PENDING, NOT_PERFORMED = range(4)


def inspect(world: World, month: int, d: Frame, i: Frame) -> Frame:
    """Inspections of the month's declarations, and each declaration's times added to it."""
    rng = world.random("controls", month)
    # What would be ordered after the export is not in it.
    ordered = d["accepted"] + 120
    at = np.flatnonzero((d["channel"] >= YELLOW) & (ordered <= world.cutoff))
    physical = d["channel"][at] == RED
    scanners = world.office["scanners"][d["office"][at]]
    scannable = physical & (scanners > 0) & (d["reason"][at] != RANDOM)
    scan = scannable & (rng.random(len(at)) < world.settings["scan_share"])
    kind = np.where(scan, NII, np.where(physical, PHYSICAL, DOCUMENTARY))
    first = _held(world, rng, d, at, kind, ordered[at])
    suspect = d["nii_finds"][at] | (rng.random(len(at)) < world.settings["scan_false_alarm"])
    first["suspect"] = scan & suspect & first["done"]
    opened = (
        scan & first["done"] & (suspect | (rng.random(len(at)) < world.settings["scan_anyway"]))
    )
    opened &= first["ended"] + 600 <= world.cutoff
    parents = np.flatnonzero(opened)
    second = _held(
        world, rng, d, at[parents], np.full(len(parents), PHYSICAL), first["ended"][parents] + 600
    )
    second["suspect"] = np.zeros(len(parents), bool)
    _results(world, rng, d, first)
    _results(world, rng, d, second)
    # A suspect image is settled by what the opened container shows.
    of_image = first["suspect"][parents]
    follows = parents[of_image]
    for name in ("result", "found"):
        first[name][follows] = second[name][of_image]
    number = world.number("inspection", len(at) + len(parents))
    first["id"], second["id"] = number[: len(at)], number[len(at) :]
    first["chief"], second["chief"] = np.zeros(len(at), int), first["id"][parents]
    all_ = {name: np.concatenate([first[name], second[name]]) for name in first}
    all_["item"] = _item(rng, d, all_)
    _times(world, rng, d, all_)
    _money(world, rng, d, i, all_)
    return all_


def _held(
    world: World,
    rng: np.random.Generator,
    d: Frame,
    at: np.ndarray,
    kind: np.ndarray,
    ordered: np.ndarray,
) -> Frame:
    """When each inspection starts and ends: office hours, the queue, the office's pace."""
    n = len(at)
    office = d["office"][at]
    pace = _pace(world, d, at)
    queue = np.array([1.2, 1.6, 3.2])[kind] * HOUR * rng.lognormal(0, 0.8, n) * pace
    opens, closes = world.office["opens"][office], world.office["closes"][office]
    weekend = world.office["weekend"][office]
    started = world.clock.opening(ordered + queue, opens, closes, weekend)
    length = np.array([0.45, 0.35, 1.8])[kind] * HOUR * rng.lognormal(0, 0.55, n)
    ended = started + length
    recorded = ended + rng.lognormal(0, 1.0, n) * 0.7 * HOUR
    done = rng.random(n) >= world.settings["not_performed"]
    written = rng.random(n) >= world.settings["never_recorded"]
    device = rng.integers(0, 1_000_000, n) % np.maximum(world.office["scanners"][office], 1)
    return {
        "parent": at,
        "kind": kind,
        "ordered": ordered,
        "started": started,
        "ended": ended,
        "recorded": np.where(written, recorded, np.nan),
        "done": done,
        "officer": office * 30 + rng.integers(0, 30, n),
        "device": device.astype(int),
    }


def _pace(world: World, d: Frame, at: np.ndarray) -> np.ndarray:
    """How slow an office works: its nature, its trend, the trader's standing."""
    office = d["office"][at]
    trend = 1 + world.office["release_trend"][office] * world.progress(d["lodged"][at])
    trust = np.where(d["is_aeo"][at], 0.6, 1.0)
    return world.office["release_factor"][office] * trend * trust


def _results(world: World, rng: np.random.Generator, d: Frame, x: Frame) -> None:
    finds = np.stack([d[f"{name}_finds"][x["parent"]] for name in TYPES])
    found = finds[x["kind"], np.arange(len(x["parent"]))] & x["done"]
    result = np.where(found & (x["kind"] != NII), NON_COMPLIANT, COMPLIANT)
    # What the export cannot know yet, or nobody ever wrote down, is pending.
    open_ = np.isnan(x["recorded"]) | (x["recorded"] > world.cutoff)
    x["result"] = np.where(~x["done"], NOT_PERFORMED, np.where(open_, PENDING, result))
    x["found"] = found & (x["kind"] != NII)


def _item(rng: np.random.Generator, d: Frame, x: Frame) -> np.ndarray:
    """The item a rule pointed at, or that of the finding; none where all was looked at."""
    rule_item = d["rule_item"][x["parent"]]
    pointed = (d["reason"][x["parent"]] == CRITERIA) & (rng.random(len(x["parent"])) < 0.7)
    item = np.where(pointed, rule_item, -1)
    found = (x["result"] == NON_COMPLIANT) & (item >= 0)
    return np.where(found, d["main_item"][x["parent"]], item)


def _times(world: World, rng: np.random.Generator, d: Frame, x: Frame) -> None:
    """Assessment, payment and release, after the last control and the arrival of the goods."""
    n = len(d["operator"])
    everyone = np.arange(n)
    controlled = d["accepted"].copy()
    held = x["done"]
    last = np.where(np.isnan(x["recorded"]), x["ended"], x["recorded"])
    np.maximum.at(controlled, x["parent"][held], last[held])
    confirmed = np.zeros(n, bool)
    confirmed[x["parent"][x["result"] == NON_COMPLIANT]] = True
    d["confirmed"] = confirmed
    _arrivals(world, rng, d)
    ready = np.maximum(controlled, np.where(np.isnan(d["arrived"]), 0, d["arrived"]))
    pace = _pace(world, d, everyone)
    median = np.array([0.30, 0.32, 1.5, 2.5])[d["channel"]] * HOUR
    wait = median * pace * rng.lognormal(0, 0.9, n)
    # A few wait for papers or money, whatever their channel.
    slow = rng.random(n) < 0.06
    wait = np.where(slow, wait + rng.lognormal(0, 0.9, n) * 30 * HOUR * pace, wait)
    serious = confirmed & (d["severity"] == SERIOUS)
    wait = np.where(confirmed & ~serious, wait + rng.lognormal(0, 0.8, n) * 20 * HOUR, wait)
    wait = np.where(serious, wait + rng.lognormal(0, 0.8, n) * 6 * DAY, wait)
    released = ready + wait
    kept = serious & (rng.random(n) < 0.5)
    d["withdrawn"] = (rng.random(n) < world.settings["invalidated_share"]) & ~confirmed
    d["withdrawn"] &= d["channel"] < YELLOW
    never = kept | d["withdrawn"]
    d["released"] = np.where(never, np.nan, released)
    d["assessed"] = np.where(d["withdrawn"], np.nan, controlled + 0.5 * wait * rng.random(n))
    deferred = d["is_aeo"] & (rng.random(n) < 0.6)
    paid = np.where(deferred, released + rng.uniform(1, 28, n) * DAY, ready + 0.8 * wait)
    owes = (d["regime"] == IMPORT) & ~never
    d["paid"] = np.where(owes, np.maximum(paid, d["assessed"] + 30), np.nan)
    d["invalidated"] = np.where(
        d["withdrawn"], d["accepted"] + rng.lognormal(0, 1, n) * 20 * HOUR, np.nan
    )


def _arrivals(world: World, rng: np.random.Generator, d: Frame) -> None:
    """When the goods arrived: mostly before they were declared, ever more often after."""
    n = len(d["operator"])
    lag = np.array([44.0, 9.0, 1.2, 20.0, 30.0, 12.0])[d["mode"]] * HOUR * rng.lognormal(0, 0.8, n)
    early = rng.random(n) < 0.22 + 0.12 * world.progress(d["lodged"])
    ahead = rng.lognormal(0, 0.7, n) * np.where(d["mode"] == SEA, 20, 4) * HOUR
    arrived = np.where(early, d["lodged"] + ahead, d["lodged"] - lag)
    d["arrived"] = np.where(d["regime"] == IMPORT, np.floor(arrived), np.nan)


def _money(world: World, rng: np.random.Generator, d: Frame, i: Frame, x: Frame) -> None:
    """Duties assessed on top and penalties, where something was found."""
    n = len(x["parent"])
    hit = x["result"] == NON_COMPLIANT
    main = np.maximum(d["main_item"][x["parent"]], 0)
    revenue = hit & world.is_revenue[i["kind"][main]]
    commodity = i["commodity"][main]
    rate = (world.good["duty_pct"][commodity] + world.good["excise_pct"][commodity] + 20) / 100
    value = np.where(
        i["hidden_value"][main] > 0, i["hidden_value"][main], i["national"][main] * 0.1
    )
    duty = np.where(revenue, value * rate * rng.uniform(0.6, 1.0, n), np.nan)
    severity = d["severity"][x["parent"]]
    # An image that led to an opened container leaves the money to that inspection.
    hit &= ~((x["kind"] == NII) & (x["result"] == NON_COMPLIANT))
    fine = np.where(severity == FORMAL, rng.choice([50.0, 100.0, 150.0], n), 0)
    fine = np.where(severity == FORMAL + 1, 200 + 0.3 * np.nan_to_num(duty), fine)
    fine = np.where(severity == SERIOUS, 1500 + 1.0 * np.nan_to_num(duty), fine)
    fine = fine * np.where(severity == FORMAL, 1, rng.lognormal(0, 0.5, n))
    x["duty"] = np.where(hit & revenue, np.round(duty, 2), np.nan)
    x["penalty"] = np.where(hit, np.round(fine, 2), np.nan)
    d["added"] = np.zeros(len(d["operator"]))
    np.add.at(d["added"], x["parent"], np.nan_to_num(x["duty"]))
