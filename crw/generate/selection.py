"""Who gets inspected: rules, a model, the random draw, its top-up, intelligence, officers."""

import numpy as np

from crw.generate.clock import HOUR
from crw.generate.trade import Frame
from crw.generate.world import CHANNELS, REGIMES, World, read

REASONS = ["criteria", "model", "random", "random_top_up", "intelligence", "officer"]
CRITERIA, MODEL, RANDOM, TOP_UP, INTELLIGENCE, OFFICER = range(6)
GREEN, BLUE, YELLOW, RED = range(4)
REASON_CODES = [
    "O1 tip from the quay",
    "O2 odd papers",
    "O3 workload",
    "O4 trader known",
    "O5 nerves",
]


def select(world: World, month: int, d: Frame, i: Frame) -> tuple[Frame, Frame]:
    """Adds channel and primary reason to declarations; gives the events and the rule matches."""
    rng = world.random("selection", month)
    n = len(d["operator"])
    d["accepted"] = d["lodged"] + 20 + rng.lognormal(4.0, 1.0, n)
    matches, first, second = _criteria(world, rng, d, i)
    base = np.where(d["is_aeo"] & (rng.random(n) < 0.15), BLUE, GREEN)
    d["base_channel"] = base
    channel, reason = base.copy(), np.full(n, -1)
    rank = np.array([CHANNELS.index(rule.row["channel"]) for rule in world.rules])
    chosen = first >= 0
    channel[chosen] = np.maximum(rank[first[chosen]], base[chosen])
    reason[chosen] = CRITERIA

    by_model = _model(world, rng, d, i, ~chosen)
    channel[by_model], reason[by_model] = (
        np.where(rng.random(by_model.sum()) < 0.4, RED, YELLOW),
        MODEL,
    )

    # The frame of the random draw: what neither a rule nor the model took, accepted by the end.
    frame = (reason < 0) & (d["accepted"] + 4 <= world.cutoff)
    quota = {(r["regime"], r["channel"]): float(r["probability"]) for r in read("random_quota")}
    table = np.array([[quota[regime, c] for c in ("green", "blue")] for regime in REGIMES])
    probability = table[d["regime"], base]
    drawn = frame & (rng.random(n) < probability)
    # Which control the draw orders, or would have ordered: settled before anyone looks.
    random_control = np.where(rng.random(n) < 0.7, RED, YELLOW)
    d |= {"in_frame": frame, "probability": probability, "drawn": drawn}
    d["random_control"] = random_control
    channel[drawn], reason[drawn] = random_control[drawn], RANDOM

    left = reason < 0
    suspicion = d["chance"] / d["chance"].mean()
    settings = world.settings
    told = left & (rng.random(n) < settings["intelligence_share"] * suspicion**1.2)
    channel[told], reason[told] = RED, INTELLIGENCE
    left &= ~told
    topped = left & (rng.random(n) < settings["top_up_share"])
    channel[topped], reason[topped] = YELLOW, TOP_UP
    left &= ~topped
    sight = settings["officer_share"] * suspicion**0.8 * world.office["detection"][d["office"]]
    seen = left & (rng.random(n) < sight)
    channel[seen] = np.where(rng.random(seen.sum()) < 0.7, RED, YELLOW)
    reason[seen] = OFFICER
    d["reason"], before = reason, channel.copy()

    lighter, heavier = _overrides(world, rng, d, channel)
    channel = np.where(lighter, GREEN, np.where(heavier, RED, channel))
    d |= {"channel": channel, "downgraded": lighter}
    d["rule"] = np.where(reason == CRITERIA, first, -1)
    d["rule_item"] = _first_item(matches, d["rule"])
    events = _events(world, rng, d, first, second, before, lighter, heavier)
    return _known(world, events), _known(world, matches)


def _known(world: World, rows: Frame) -> Frame:
    """What the export of the last midnight can know."""
    return {name: values[rows["at"] <= world.cutoff] for name, values in rows.items()}


def _criteria(
    world: World, rng: np.random.Generator, d: Frame, i: Frame
) -> tuple[Frame, np.ndarray, np.ndarray]:
    """Every match of every rule in force, and the rules that decide: strictest and next."""
    n = len(d["operator"])
    first, second = np.full(n, -1), np.full(n, -1)
    rules, items = [], []
    trusted = d["is_aeo"] & (rng.random(n) < 0.5)
    order = sorted(range(len(world.rules)), key=lambda k: world.rules[k].rank)
    for k in order:
        rule = world.rules[k]
        found = rule.match(i)
        moment = d["lodged"][i["parent"][found]]
        found = found[(moment >= rule.starts) & (moment < rule.ends)]
        rules.append(np.full(len(found), k))
        items.append(found)
        # A rule may ask for a share of its matches; a trusted trader is spared half of them.
        hit = np.unique(i["parent"][found])
        keep = rng.random(len(hit)) < float(rule.row["share"])
        if int(rule.row["consequence"]) < 5:
            keep &= ~trusted[hit]
        hit = hit[keep]
        second[hit] = first[hit]
        first[hit] = k
    matched = {"rule": np.concatenate(rules), "item": np.concatenate(items)}
    by_item = np.lexsort((matched["rule"], matched["item"]))
    matched = {name: values[by_item] for name, values in matched.items()}
    matched["parent"] = i["parent"][matched["item"]]
    matched["at"] = d["accepted"][matched["parent"]] + 2
    noise = rng.normal(0, 0.9, len(by_item))
    odds = np.log(i["chance"][matched["item"]] + 1e-4) + 3.2 + noise
    matched["score"] = 1 / (1 + np.exp(-odds))
    return matched, first, second


def _first_item(matches: Frame, rule: np.ndarray) -> np.ndarray:
    """The first item of each declaration that its deciding rule matched."""
    own = matches["rule"] == rule[matches["parent"]]
    parents, at = np.unique(matches["parent"][own], return_index=True)
    found = np.full(len(rule), -1)
    found[parents] = matches["item"][own][at]
    return found


def _model(
    world: World, rng: np.random.Generator, d: Frame, i: Frame, open_: np.ndarray
) -> np.ndarray:
    """A learned score, introduced half-way: it sees the truth through frosted glass."""
    n = len(d["operator"])
    score = np.log(d["chance"] + 1e-5) + rng.normal(0, world.settings["model_noise"], n)
    active = world.progress(d["lodged"]) >= world.settings["model_from"]
    candidates = np.flatnonzero(open_ & active)
    take = round(len(candidates) * world.settings["model_share"])
    chosen = np.zeros(n, bool)
    if take:
        chosen[candidates[np.argpartition(-score[candidates], take - 1)[:take]]] = True
    return chosen


def _overrides(
    world: World, rng: np.random.Generator, d: Frame, channel: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Officers who spare a selected consignment, or look harder than they were asked to."""
    n = len(channel)
    spare = world.office["downgrade"][d["office"]]
    # Where release times get worse, sparing spreads: the office under strain.
    spare = spare * np.where(
        world.office["release_trend"][d["office"]] > 0, 0.6 + 2.6 * world.progress(d["lodged"]), 1
    )
    spare = spare * np.where(d["reason"] == RANDOM, 0.4, 1.0)
    lighter = (channel >= YELLOW) & (rng.random(n) < spare)
    odds = world.settings["escalation"] * (d["chance"] / d["chance"].mean()) ** 0.4
    heavier = (channel == YELLOW) & ~lighter & (d["reason"] != RANDOM) & (rng.random(n) < odds)
    return lighter, heavier


def _events(
    world: World,
    rng: np.random.Generator,
    d: Frame,
    first: np.ndarray,
    second: np.ndarray,
    ordered: np.ndarray,
    lighter: np.ndarray,
    heavier: np.ndarray,
) -> Frame:
    """One row for each act of selection, in the order they happened."""
    reason, base, frame = d["reason"], d["base_channel"], d["in_frame"]
    rank = np.array([CHANNELS.index(rule.row["channel"]) for rule in world.rules])
    rows: list[Frame] = []

    def add(at: np.ndarray, order: int, why: int, before, after, primary, delay, **more) -> None:
        row = {
            "parent": at,
            "order": np.full(len(at), order),
            "reason": np.full(len(at), why),
            "before": before[at],
            "after": after[at],
            "primary": primary[at],
            "at": d["accepted"][at] + delay,
            "rule": more.get("rule", np.full(len(d["reason"]), -1))[at],
            "draw": np.full(len(at), why == RANDOM),
            "code": np.full(len(at), -1),
            "officer": np.full(len(at), -1),
        }
        if why in (TOP_UP, INTELLIGENCE, OFFICER):
            row["officer"] = d["office"][at] * 30 + rng.integers(0, 30, len(at))
        if why == OFFICER:
            row["code"] = more["code"][at]
        rows.append(row)

    two = np.flatnonzero(second >= 0)
    weaker = np.where(second >= 0, np.maximum(rank[second], base), base)
    no = np.zeros(len(reason), bool)
    add(two, 0, CRITERIA, base, weaker, no, 2, rule=second)
    before = np.where(second >= 0, weaker, base)
    add(np.flatnonzero(reason == CRITERIA), 1, CRITERIA, before, ordered, ~no, 2, rule=first)
    add(np.flatnonzero(reason == MODEL), 1, MODEL, base, ordered, ~no, 3)
    after = np.where(d["drawn"], ordered, base)
    add(np.flatnonzero(frame), 2, RANDOM, base, after, d["drawn"], 4)
    for why in (TOP_UP, INTELLIGENCE, OFFICER):
        at = np.flatnonzero(reason == why)
        code = rng.choice([0, 1, 4], len(reason))
        add(at, 3, why, base, ordered, ~no, 60 + rng.exponential(900, len(at)), code=code)
    late = 600 + rng.exponential(0.6 * HOUR, lighter.sum())
    code = rng.choice([2, 3], len(reason), p=[0.6, 0.4])
    add(np.flatnonzero(lighter), 4, OFFICER, ordered, d["channel"], no, late, code=code)
    late = 600 + rng.exponential(0.6 * HOUR, heavier.sum())
    code = rng.choice([0, 1, 4], len(reason))
    add(np.flatnonzero(heavier), 4, OFFICER, ordered, d["channel"], no, late, code=code)

    events = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    order = np.lexsort((events["order"], events["parent"]))
    events = {name: values[order] for name, values in events.items()}
    start = np.flatnonzero(np.diff(events["parent"], prepend=-1))
    length = np.diff(np.append(start, len(order)))
    events["sequence"] = np.arange(len(order)) - np.repeat(start, length) + 1
    return events
