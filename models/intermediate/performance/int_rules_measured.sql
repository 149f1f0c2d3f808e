-- Every rule version in every period it was in force or did something, with what it came to.
with rules as (
    select * from {{ ref('dim_risk_rule') }}
),

matches as (
    select * from {{ ref('int_rule_matches_summed') }}
),

inspections as (
    select * from {{ ref('int_rule_inspections_summed') }}
),

last_hits as (
    select
        source_system,
        rule_code,
        rule_version,
        max(result_on) as last_hit_on
    from {{ ref('int_inspections_attributed') }}
    where
        is_caused_by_rule
        and is_hit
    group by source_system, rule_code, rule_version
),

-- A seizure counts once for a rule, whatever number of its declarations, lines or inspections it goes back to.
seizures as (
    select
        units.source_system,
        units.rule_code,
        units.rule_version,
        periods.period_grain,
        periods.period_start,
        count(distinct lines.seizure_id) as seizures
    from {{ ref('int_inspections_attributed') }} as units
    left join {{ ref('fct_seizure_lines') }} as lines
        on units.source_system = lines.source_system
        and units.declaration_id = lines.declaration_id
        and lines.is_standing
    inner join {{ ref('int_performance_periods') }} as periods
        on units.source_system = periods.source_system
        and units.result_on between periods.period_start and periods.period_end
    where units.is_caused_by_rule
    group by
        units.source_system, units.rule_code, units.rule_version, periods.period_grain, periods.period_start
)

select
    rules.source_system,
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    rules.rule_code,
    rules.rule_version,
    rules.consequence,
    inspections.hits,
    inspections.formal_hits,
    inspections.unique_hits,
    inspections.harm,
    inspections.additional_duty_national,
    inspections.workload_share,
    inspections.share_covered,
    inspections.base_rate,
    inspections.base_lower,
    inspections.base_upper,
    inspections.base_harm,
    inspections.standard_hits,
    coalesce(matches.matched_declarations, 0) as matched_declarations,
    coalesce(matches.overlapping_declarations, 0) as overlapping_declarations,
    matches.overlaps_most_with,
    matches.overlaps_most_declarations,
    coalesce(inspections.inspected, 0) as inspected,
    seizures.seizures,
    {{ days_between('last_hits.last_hit_on', 'periods.as_of_on') }} as days_since_last_hit,
    greatest({{ days_between(
        'cast(rules.active_from as date)',
        'least(coalesce(cast(rules.active_to as date), periods.as_of_on), periods.as_of_on)'
    ) }}, 0) as days_active
from rules
inner join {{ ref('int_performance_periods') }} as periods
    on rules.source_system = periods.source_system
left join matches
    on rules.source_system = matches.source_system
    and rules.rule_code = matches.rule_code
    and rules.rule_version = matches.rule_version
    and periods.period_grain = matches.period_grain
    and periods.period_start = matches.period_start
left join inspections
    on rules.source_system = inspections.source_system
    and rules.rule_code = inspections.rule_code
    and rules.rule_version = inspections.rule_version
    and periods.period_grain = inspections.period_grain
    and periods.period_start = inspections.period_start
left join last_hits
    on rules.source_system = last_hits.source_system
    and rules.rule_code = last_hits.rule_code
    and rules.rule_version = last_hits.rule_version
left join seizures
    on rules.source_system = seizures.source_system
    and rules.rule_code = seizures.rule_code
    and rules.rule_version = seizures.rule_version
    and periods.period_grain = seizures.period_grain
    and periods.period_start = seizures.period_start
where
    matches.rule_code is not null
    or inspections.rule_code is not null
    or (
        cast(rules.active_from as date) <= periods.period_end
        and coalesce(cast(rules.active_to as date) >= periods.period_start, true)
    )
