"""The truth beside the landing files: offences nobody found, who would find them, patterns."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from crw.generate.controls import NON_COMPLIANT
from crw.generate.offences import FORMAL, SEVERITIES, lift_at
from crw.generate.selection import REASONS, RED
from crw.generate.trade import Frame
from crw.generate.world import CHANNELS, REGIMES, World
from crw.generate.write import Truth, text


def month_truth(world: World, d: Frame, i: Frame, x: Frame, truth: Truth) -> None:
    """The truth about a month's declarations, offending items and items of a planted pattern."""
    n = len(d["operator"])
    kinds = [row["kind"] for row in world.kinds]
    types = [row["offence_type"] for row in world.kinds]
    category = np.array([bool(c) for c in world.categories])
    wrong = (d["kind"] >= 0) & (d["severity"] > FORMAL)
    by_physical, by_papers = d["physical_finds"], d["documentary_finds"]
    found = np.zeros(n, bool)
    found[x["parent"][x["result"] == NON_COMPLIANT]] = True
    looked = np.zeros(n, bool)
    looked[x["parent"][x["done"]]] = True
    physical = d["random_control"] == RED
    truth.write(
        "declarations",
        {
            "declaration_id": d["id"],
            "accepted_at": pa.array(d["accepted"].astype(np.int64), pa.timestamp("s", "UTC")),
            "office_code": text(world.offices, d["office"]).cast(pa.string()),
            "regime": text(REGIMES, d["regime"]).cast(pa.string()),
            "channel_before": text(CHANNELS, d["base_channel"]).cast(pa.string()),
            "primary_reason": text(REASONS, d["reason"]).cast(pa.string()),
            "probability_of_offence": d["chance"],
            "offence": d["kind"] >= 0,
            "offence_apart_from_formal": wrong,
            "offence_kind": text(kinds, d["kind"]).cast(pa.string()),
            "offence_type": text(types, d["kind"]).cast(pa.string()),
            "category_code": text(
                world.categories, np.where(category[d["kind"]], d["kind"], -1)
            ).cast(pa.string()),
            "severity": text(SEVERITIES, d["severity"]).cast(pa.string()),
            "documentary_would_find": by_papers,
            "nii_would_find": d["nii_finds"],
            "physical_would_find": by_physical,
            "in_random_frame": d["in_frame"],
            "random_probability": d["probability"],
            "random_drawn": d["drawn"],
            "random_control": text(["documentary", "physical"], physical * 1).cast(pa.string()),
            "random_control_would_find": wrong & np.where(physical, by_physical, by_papers),
            "inspected": looked,
            "found": found,
        },
    )
    at = np.flatnonzero(i["kind"] >= 0)
    names = [row["pattern_id"] for row in world.patterns]
    truth.write(
        "offending_items",
        _items(world, d, i, at)
        | {
            "offence_kind": text(kinds, i["kind"][at]).cast(pa.string()),
            "offence_type": text(types, i["kind"][at]).cast(pa.string()),
            "severity": text(SEVERITIES, i["severity"][at]).cast(pa.string()),
            "documentary_would_find": i["documentary_finds"][at],
            "nii_would_find": i["nii_finds"][at],
            "physical_would_find": i["physical_finds"][at],
            "hidden_value": np.round(i["hidden_value"][at], 2),
            "caused_by_pattern": text(names, i["pattern"][at]).cast(pa.string()),
        },
    )
    patterns, items = [], []
    for k, match in enumerate(world.pattern_match):
        matched = match(i)
        patterns.append(np.full(len(matched), k))
        items.append(matched)
    pattern, item = np.concatenate(patterns), np.concatenate(items)
    kind = np.array([world.kind_names.index(row["kind"]) for row in world.patterns])
    truth.write(
        "pattern_items",
        {"pattern_id": text(names, pattern).cast(pa.string())}
        | _items(world, d, i, item)
        | {"offence": i["kind"][item] == kind[pattern]},
    )


def _items(world: World, d: Frame, i: Frame, at: np.ndarray) -> dict:
    return {
        "declaration_id": d["id"].take(pa.array(i["parent"][at])),
        "item_number": i["number"][at].astype(np.int32),
        "probability_of_offence": i["chance"][at],
    }


def patterns(world: World, truth: Truth) -> None:
    """The planted patterns as parameters, with the days they held and the lift at either end."""
    rows = world.patterns

    def day(fraction: float) -> datetime:
        moment = world.starts + fraction * (world.cutoff - world.starts)
        return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)

    ends = np.array([[float(row["from"]), float(row["to"])] for row in rows])
    truth.write(
        "patterns",
        {
            **{
                name: [row[name] for row in rows] for name in ("pattern_id", "name", "when", "kind")
            },
            "lift_from": [float(lift_at(row, ends[k, :1])[0]) for k, row in enumerate(rows)],
            "lift_to": [float(lift_at(row, ends[k, 1:])[0]) for k, row in enumerate(rows)],
            "holds_from": pa.array([day(e[0]) for e in ends], pa.timestamp("s")),
            "holds_to": pa.array([day(e[1]) for e in ends], pa.timestamp("s")),
        },
    )
