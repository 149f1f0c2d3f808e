-- Which rules in force at the end of the period have been tried often enough, and never found a thing. They are looked
-- at from their first day to that one: a single find gives a rule its life.
with parameters as (
    select
        {{ kpi_parameter('SEL10', 'active_days') }} as active_days,
        {{ kpi_parameter('SEL10', 'resolved_inspections') }} as resolved_inspections
),

rules as (
    select
        periods.source_system,
        periods.period_start,
        periods.period_grain,
        least(periods.period_end, periods.as_of_on) as judged_on,
        rules.rule_code,
        rules.rule_version
    from {{ ref('int_kpi_periods') }} as periods
    cross join parameters
    inner join {{ ref('dim_risk_rule') }} as rules
        on periods.source_system = rules.source_system
        and {{ days_between('cast(rules.active_from as date)', 'least(periods.period_end, periods.as_of_on)') }}
        >= parameters.active_days
        and coalesce(cast(rules.active_to as date) >= least(periods.period_end, periods.as_of_on), true)
),

tried as (
    select
        rules.source_system,
        rules.period_start,
        rules.period_grain,
        rules.rule_code,
        rules.rule_version,
        count(distinct units.declaration_id) as inspected,
        bool_or(units.is_hit) as has_hit
    from rules
    inner join {{ ref('int_inspections_attributed') }} as units
        on rules.source_system = units.source_system
        and rules.rule_code = units.rule_code
        and rules.rule_version = units.rule_version
        and rules.judged_on >= units.result_on
    where units.is_caused_by_rule
    group by rules.source_system, rules.period_start, rules.period_grain, rules.rule_code, rules.rule_version
),

summed as (
    select
        tried.source_system,
        tried.period_start,
        tried.period_grain,
        'all' as scope_type,
        'all' as scope_value,
        cast(count(*) filter (where not tried.has_hit) as double) as numerator,
        cast(count(*) as double) as denominator
    from tried
    cross join parameters
    where tried.inspected >= parameters.resolved_inspections
    group by tried.source_system, tried.period_start, tried.period_grain
)

{{ kpi_proportion_of_sums('SEL10') }}
