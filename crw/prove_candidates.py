"""Proves the candidate rules against the truth: `python -m crw.prove_candidates HOME [TRUTH]`.

HOME holds a build of a demo, TRUTH what `crw generate` wrote beside its landing files
(HOME/demo/truth if not given). First, from planted lift, support and inspections made, and before
any rule is looked at: how likely mining and confirming are to find each planted pattern. Then which
of them appear among the confirmed rules, and which confirmed rules are false. docs/methodology.md
states the criteria and has the figures.
"""

import csv
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crw.home import PROJECT

DETECTABLE = 0.8
LEAST_FOUND = 0.8
MOST_FALSE = 0.1
# A pattern appears in a rule that is mostly the pattern's items, and a fifth of them or more: a
# special case of it. Or in one that holds most of its items, of which it makes up a fifth or more,
# and most of the offences of the target that hide behind the rule: a wider case of it.
MOSTLY = 0.5
PARTLY = 0.2
TRAITS = 4
DEPTHS = {"1": "documentary", "2": "nii", "3": "physical"}


@dataclass
class Planted:
    """A pattern, what would be found of it, and the rule it appears in."""

    code: str
    when: str
    target: str
    items: int
    inspected: int
    learned: float  # hits to expect of it while learning
    confirmed: float
    power: float
    rule: str = ""


def parameters(name: str) -> list[dict[str, str]]:
    path = PROJECT / "crw" / "generate" / "parameters" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tail(hits: int, mean: float) -> float:
    """How likely so many or more are, by Poisson."""
    below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(hits))
    return max(1 - below, 0.0)


def needed(expected: float, level: float, fewest: int) -> int:
    """The fewest hits that are beyond chance at a level."""
    hits = fewest
    while tail(hits, max(expected, 1e-9)) > level:
        hits += 1
    return hits


def opened(home: Path, truth: Path) -> duckdb.DuckDBPyConnection:
    """Both databases of the build and the truth, the items of both times as the rules see them."""
    database = duckdb.connect(config={"threads": 2})
    for name in ("warehouse", "staging"):
        database.execute(f"attach '{home}/build/{name}.duckdb' as {name} (read_only)")
    database.execute("set search_path = 'memory.main,warehouse.main,staging.main'")
    kinds = [
        (row["kind"], row["category_code"] or row["offence_type"]) for row in parameters("offences")
    ]
    database.execute("create table kinds (offence_kind varchar, target varchar)")
    database.executemany("insert into kinds values (?, ?)", kinds)
    database.execute(f"""
        create table items as
        select row_number() over () as item_id, item_traits.*, inspected,
            kinds.target as offence, caused_by_pattern,
            coalesce(category_group = 'safety_and_security', false) as is_security_offence
        from item_traits
        join (select declaration_id, inspected from read_parquet('{truth}/declarations.parquet'))
            using (declaration_id)
        left join (
            select declaration_id, item_number, offence_kind, caused_by_pattern
            from read_parquet('{truth}/offending_items.parquet') where severity <> 'formal'
        ) using (declaration_id, item_number)
        left join kinds using (offence_kind)
        left join seizure_categories on category_code = kinds.target
    """)
    database.execute(f"""
        create table planted as
        select pattern_id, item_traits.source_system, declaration_id, item_number, kind, "when",
            -- What is not of the pattern's own time is of the same goods and way, but does no harm.
            case when accepted_at between holds_from and holds_to then
                lift_from - 1 + (lift_to - lift_from)
                * epoch(accepted_at - holds_from) / greatest(epoch(holds_to - holds_from), 1)
            else 0 end as excess
        from read_parquet('{truth}/pattern_items.parquet') as pattern_items
        join read_parquet('{truth}/patterns.parquet') as patterns using (pattern_id)
        join (
            select declaration_id, cast(accepted_at at time zone 'UTC' as timestamp) as accepted_at
            from read_parquet('{truth}/declarations.parquet')
        ) using (declaration_id)
        join item_traits using (declaration_id, item_number)
    """)
    database.execute("""
        create table planted_ids as
        select pattern_id, item_id
        from planted join items using (source_system, declaration_id, item_number)
    """)
    return database


def inspections(database: duckdb.DuckDBPyConnection) -> list[dict]:
    """Of each pattern, in both times and each way of inspecting: items looked at, as weights, the
    lift that was planted in them, and what such inspections find of each target on average."""
    return (
        database.sql("""
            with named as (
                select declaration_id,
                    case when selection_reason = 'random' then 'random' else 'targeted' end as basis
                from fct_inspections where item_number is not null group by all
            )
            select pattern_id, kind, is_learned, stratum, count(*) as items,
                -- A finding counts whole where the inspection names an item, else in parts.
                sum(excess * case when named.declaration_id is null then weight else 1 end)
                    as excess,
                sum(weight) as weight
            from planted join int_items_inspected using (source_system, declaration_id, item_number)
            left join named using (declaration_id)
            where named.declaration_id is null or named.basis = selection_basis
            group by all order by all
        """)
        .df()
        .to_dict("records")
    )


def powers(database: duckdb.DuckDBPyConnection) -> list[Planted]:
    """How likely each pattern is to be listed and confirmed, were its own condition asked about."""
    settings = {row["setting"]: float(row["value"]) for row in seed("candidate_rule_settings")}
    base = {row["setting"]: float(row["value"]) for row in parameters("settings")}
    kinds = {row["kind"]: row for row in parameters("offences")}
    # The honesty of operators averages 1, and what is planted goes with its root.
    chance = base["offence_rate_item"] * math.exp(-(base["operator_spread"] ** 2) / 8)
    rates = {
        row[:3]: row[3]
        for row in database.sql(
            "select target, is_learned, stratum, hit_rate from int_target_rates"
        ).fetchall()
    }
    questions = dict(
        database.sql("select traits, count(*) from int_conditions_asked group by all").fetchall()
    )
    security = {
        row["category_code"]
        for row in seed("seizure_categories")
        if row["category_group"] == "safety_and_security"
    }
    described = database.sql(
        'select pattern_id, "when", kind, count(*) from planted group by all order by all'
    ).fetchall()
    seen = inspections(database)
    asked: dict[tuple, tuple] = {}
    for code, when, kind, _ in described:
        own = kinds[kind]["category_code"] or kinds[kind]["offence_type"]
        for target in [own, "any", *(["safety_and_security"] if own in security else [])]:
            hits, expected, looked = {True: 0.0, False: 0.0}, {True: 0.0, False: 0.0}, 0
            for row in (row for row in seen if row["pattern_id"] == code):
                finds = {way: float(kinds[kind][way]) for way in DEPTHS.values()}
                # A physical inspection starts with the papers.
                finds["physical"] = 1 - (1 - finds["physical"]) * (1 - finds["documentary"])
                found = finds.get(DEPTHS.get(row["stratum"].split()[1], ""), 0)
                rate = rates.get((target, row["is_learned"], row["stratum"]), 0)
                expected[row["is_learned"]] += rate * float(row["weight"])
                hits[row["is_learned"]] += chance * found * row["excess"]
                looked += row["items"]
            hits = {time: hits[time] + expected[time] for time in hits}
            minable = any(key[0] == target for key in rates)
            if minable and kind != "formal":
                length = min(len(when.split()), TRAITS)
                asked[code, target] = (hits, expected, looked, length)

    # The level that control of false discoveries comes to depends on how much there is to find:
    # it starts from one find for each target and length, and grows with the finds to expect.
    listed = dict.fromkeys(asked, 0.0)
    for _ in range(20):
        finds: dict[tuple, float] = {}
        for (code, target), (_, _, _, length) in asked.items():
            finds[target, length] = finds.get((target, length), 0) + listed[code, target]
        for (code, target), (hits, expected, _, length) in asked.items():
            level = settings["highest_q_value"] * max(finds[target, length], 1) / questions[length]
            fewest = needed(expected[True], level, int(settings["fewest_hits"]))
            listed[code, target] = tail(fewest, max(hits[True], 1e-9))
    found = []
    for code, when, kind, items in described:
        own = kinds[kind]["category_code"] or kinds[kind]["offence_type"]
        best = Planted(code, when, own, items, 0, 0, 0, 0)
        for (other, target), (hits, expected, looked, _) in asked.items():
            if other != code:
                continue
            fewest = needed(
                expected[False],
                settings["highest_confirm_p"],
                int(settings["fewest_confirm_hits"]),
            )
            power = listed[code, target] * tail(fewest, max(hits[False], 1e-9))
            if power >= best.power:
                best = Planted(
                    code, when, own, items, looked, hits[True], hits[False], power, best.rule
                )
        found.append(best)
    return found


def table(planted: list[Planted]) -> str:
    lines = [
        "| pattern | condition | target | items | inspected | hits learning | confirming"
        " | power | detectable |",
        "|---" * 9 + "|",
    ]
    for each in sorted(planted, key=lambda one: -one.power):
        when = each.when.replace("|", ", ")
        lines.append(
            f"| {each.code} | `{when}` | {each.target} | {each.items:,} | {each.inspected:,} "
            f"| {each.learned:.1f} | {each.confirmed:.1f} | {each.power:.2f} "
            f"| {'yes' if each.power >= DETECTABLE else 'no'} |"
        )
    return "\n".join(lines)


def of_target(target: str) -> str:
    if target == "any":
        return "offence is not null"
    if target == "safety_and_security":
        return "is_security_offence"
    return f"coalesce(offence = '{target}', false)"


def judged(database: duckdb.DuckDBPyConnection, planted: list[Planted]) -> list[dict]:
    """The confirmed rules by the truth, and the patterns that appear in each."""
    rules = database.sql(
        "select target, condition_sql, condition_shown, candidate_rank from candidate_rules"
        " where verdict = 'confirmed' order by candidate_rank"
    ).fetchall()
    security = {
        row["category_code"]
        for row in seed("seizure_categories")
        if row["category_group"] == "safety_and_security"
    }
    found = []
    for target, condition, shown, rank in rules:
        database.execute(f"""
            create or replace table matched as
            select item_id, regime, inspected, coalesce({condition}, false) as meets,
                {of_target(target)} as hides
            from items
        """)
        # Like items: of the same regime, since offences differ by it.
        lift, unseen = database.sql("""
            with usual as (
                select regime, avg(hides::integer) as rate,
                    avg(hides::integer) filter (not inspected) as unseen
                from matched where not meets group by regime
            )
            select sum(hides::integer) / sum(rate),
                sum(hides::integer) filter (not inspected) / sum(unseen) filter (not inspected)
            from matched join usual using (regime) where meets
        """).fetchone()
        rule = {"target": target, "shown": shown, "rank": rank, "lift": lift, "unseen": unseen}
        met, offences = database.sql(
            "select count(*), sum(hides::integer) from matched where meets"
        ).fetchone()
        shares = database.sql("""
            select pattern_id, count(*), sum(hides::integer)
            from matched join planted_ids using (item_id) where meets group by pattern_id
        """).fetchall()
        by_code = {pattern.code: pattern for pattern in planted}
        rule["patterns"] = []
        for code, shared, hidden in shares:
            pattern = by_code[code]
            belongs = target in ("any", pattern.target) or (
                target == "safety_and_security" and pattern.target in security
            )
            special = shared >= MOSTLY * met and shared >= PARTLY * pattern.items
            wider = (
                shared >= MOSTLY * pattern.items
                and shared >= PARTLY * met
                and hidden >= MOSTLY * (offences or 0)
            )
            if belongs and (special or wider):
                rule["patterns"].append(code)
                pattern.rule = pattern.rule or f"{rank}: {shown}"
        found.append(rule)
    return found


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    home = Path(sys.argv[1])
    truth = Path(sys.argv[2]) if len(sys.argv) > 2 else home / "demo" / "truth"
    with opened(home, truth) as database:
        planted = powers(database)
        print(table(planted))
        rules = judged(database, planted)
    detectable = [pattern for pattern in planted if pattern.power >= DETECTABLE]
    appear = [pattern for pattern in detectable if pattern.rule]
    print("\n| pattern | power | appears in |\n|---|---|---|")
    for pattern in sorted(planted, key=lambda p: -p.power):
        if pattern in detectable or pattern.rule:
            print(f"| {pattern.code} | {pattern.power:.2f} | {pattern.rule or '-'} |")
    false = [rule for rule in rules if not (rule["lift"] or 0) > 1]
    unseen = [rule for rule in rules if not (rule["unseen"] or 0) > 1]
    for rule in unseen:
        print(
            f"lift {rule['lift'] or 0:.2f}, uninspected {rule['unseen'] or 0:.2f}: {rule['shown']}"
        )
    print(
        f"\n{len(detectable)} of {len(planted)} patterns are detectable,"
        f" {len(appear)} of them appear; {sum(bool(p.rule) for p in planted)} of all do.\n"
        f"{len(rules)} rules are confirmed, {len(false)} of them false;"
        f" {len(unseen)} hide no more among what nobody inspected."
    )
    holds = len(appear) >= LEAST_FOUND * len(detectable) and len(false) <= MOST_FALSE * len(rules)
    return 0 if holds and rules else 1


if __name__ == "__main__":
    raise SystemExit(main())
