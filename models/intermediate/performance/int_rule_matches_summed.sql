-- How often each rule matched, and how often another matched with it. A declaration counts for a rule once, on the day
-- of its first match; versions of one rule are not each other's company.
with matches as (
    select
        matches.source_system,
        matches.declaration_id,
        matches.rule_code,
        matches.rule_version,
        min(matches.matched_on) as matched_on
    from {{ ref('fct_selectivity_matches') }} as matches
    inner join {{ ref('fct_declarations') }} as declarations
        on matches.source_system = declarations.source_system
        and matches.declaration_id = declarations.declaration_id
        and not declarations.is_invalidated
    group by matches.source_system, matches.declaration_id, matches.rule_code, matches.rule_version
),

dated as (
    select
        matches.*,
        periods.period_grain,
        periods.period_start
    from matches
    inner join {{ ref('int_performance_periods') }} as periods
        on matches.source_system = periods.source_system
        and matches.matched_on between periods.period_start and periods.period_end
),

summed as (
    select
        dated.source_system,
        dated.period_grain,
        dated.period_start,
        dated.rule_code,
        dated.rule_version,
        count(distinct dated.declaration_id) as matched_declarations,
        count(distinct case when others.rule_code is not null then dated.declaration_id end) as overlapping_declarations
    from dated
    left join matches as others
        on dated.source_system = others.source_system
        and dated.declaration_id = others.declaration_id
        and dated.rule_code <> others.rule_code
    group by
        dated.source_system, dated.period_grain, dated.period_start, dated.rule_code, dated.rule_version
),

pairs as (
    select
        dated.source_system,
        dated.period_grain,
        dated.period_start,
        dated.rule_code,
        dated.rule_version,
        others.rule_code as other_rule_code,
        count(distinct dated.declaration_id) as shared_declarations,
        row_number() over (
            partition by
                dated.source_system, dated.period_grain, dated.period_start, dated.rule_code, dated.rule_version
            order by count(distinct dated.declaration_id) desc, others.rule_code asc
        ) as pair_rank
    from dated
    inner join matches as others
        on dated.source_system = others.source_system
        and dated.declaration_id = others.declaration_id
        and dated.rule_code <> others.rule_code
    group by
        dated.source_system,
        dated.period_grain,
        dated.period_start,
        dated.rule_code,
        dated.rule_version,
        others.rule_code
)

select
    summed.*,
    pairs.other_rule_code as overlaps_most_with,
    pairs.shared_declarations as overlaps_most_declarations
from summed
left join pairs
    on summed.source_system = pairs.source_system
    and summed.period_grain = pairs.period_grain
    and summed.period_start = pairs.period_start
    and summed.rule_code = pairs.rule_code
    and summed.rule_version = pairs.rule_version
    and pairs.pair_rank = 1
