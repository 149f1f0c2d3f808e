"""What an administration keeps on register: its operators, its rules, its risks."""

import numpy as np
import pyarrow as pa

from crw.generate.clock import DAY, dates
from crw.generate.world import HOME, World, read
from crw.generate.write import Columns


def operators(world: World) -> Columns:
    """Each operator's record, split where its authorisation changed."""
    rng = world.random("operator records")
    n = world.traders
    total = n + world.agents
    name = world.op_names
    sectors = [world.groups[g]["sector"] for g in world.op["lines"][:, 0]]
    abroad = rng.random(n) < 0.03
    far = rng.integers(0, world.home, n)
    country = [world.countries[far[k]] if abroad[k] else HOME for k in range(n)]
    rows = []
    types, op = ["AEOC", "AEOS", "both"], world.op

    def record(k: int, start: float, stop: float, kind: str | None, status: str | None) -> None:
        sector = sectors[k] if k < n else "customs_agents"
        where = country[k] if k < n else HOME
        until = np.nan if not np.isfinite(stop) or stop > world.cutoff else stop / DAY - 1
        rows.append((world.op_ids[k], name[k], where, sector, kind, status, start / DAY, until))

    for k in range(n):
        if op["entry"][k] > world.cutoff:
            continue
        stop = op["exit"][k]
        granted, lost = op["aeo_from"][k], op["aeo_to"][k]
        if granted >= min(stop, world.cutoff):
            record(k, op["entry"][k], stop, None, None)
            continue
        kind = types[op["aeo_type"][k]]
        if granted > op["entry"][k]:
            record(k, op["entry"][k], granted, None, None)
        if lost < min(stop, world.cutoff):
            record(k, granted, lost, kind, "active")
            record(k, lost, stop, kind, "suspended" if op["aeo_fate"][k] else "revoked")
        else:
            record(k, granted, stop, kind, "active")
    for k in range(n, total):
        record(k, np.floor(world.starts / DAY - 2000 - k) * DAY, np.inf, None, None)
    columns = list(zip(*rows, strict=True))
    names = ("operator_id", "name", "country", "sector", "aeo_type", "aeo_status")
    return {name: pa.array(columns[j], pa.string()) for j, name in enumerate(names)} | {
        "valid_from": dates(np.array(columns[6])),
        "valid_to": dates(np.array(columns[7])),
    }


def risk_rules(world: World) -> Columns:
    rules = world.rules
    rows = [rule.row for rule in rules]

    def words(name: str) -> pa.Array:
        return pa.array([row[name] or None for row in rows], pa.string())

    single = [
        (rule.match.single("hs"), rule.match.single("origin"), rule.match.single("dispatch"))
        for rule in rules
    ]
    starts = np.array([rule.starts for rule in rules])
    ends = np.array([rule.ends if rule.ends <= world.cutoff else np.nan for rule in rules])
    clock = world.clock
    in_force = starts <= world.cutoff
    keep = pa.array(np.flatnonzero(in_force))
    columns = {
        "rule_code": words("rule_code"),
        "rule_version": np.array([int(row["rule_version"]) for row in rows], np.int32),
        **{name: words(name) for name in ("name", "risk_area", "category_code")},
        "commodity_prefix": pa.array([s[0] for s in single], pa.string()),
        "country_origin": pa.array([s[1] for s in single], pa.string()),
        "route": pa.array(
            [f"{s[1]}>{s[2]}" if s[1] and s[2] else None for s in single], pa.string()
        ),
        **{name: words(name) for name in ("channel", "objective_code", "legal_basis_code")},
        "consequence": np.array([int(row["consequence"]) for row in rows], np.int32),
        "owner": words("owner"),
        "approved_at": clock.text(starts - 4 * DAY + 7200),
        "active_from": clock.text(starts),
        "active_to": clock.text(ends),
        "source_finding_type": pa.array(
            [rule.finding[0] if rule.finding else None for rule in rules], pa.string()
        ),
        "source_finding_id": pa.array(
            [rule.finding[1] if rule.finding else None for rule in rules], pa.string()
        ),
    }
    return {name: pa.array(values).take(keep) for name, values in columns.items()}


def risk_register(world: World) -> Columns:
    """Every risk as first entered, and as reviewed a year later where that changed it."""
    rows = read("register")
    first = np.floor(world.starts / DAY) - 400
    records = [(row, 1, row["consequence"], first + k * 3) for k, row in enumerate(rows)]
    reviewed = first + 700
    if reviewed * DAY <= world.cutoff:
        records += [
            (row, 2, str(min(int(row["consequence"]) + (k % 5 == 0), 5)), reviewed + k)
            for k, row in enumerate(rows)
            if k % 2 == 0
        ]
    words = ("name", "category_code", "objective_code", "legal_basis_code", "owner", "treatment")
    days = np.minimum(np.array([r[3] for r in records]), np.floor(world.cutoff / DAY))
    return {
        "risk_code": pa.array([r[0]["risk_code"] for r in records]),
        "version": np.array([r[1] for r in records], np.int32),
        **{name: pa.array([r[0][name] or None for r in records], pa.string()) for name in words},
        "consequence": np.array([int(r[2]) for r in records], np.int32),
        "reviewed_at": dates(days),
    }
