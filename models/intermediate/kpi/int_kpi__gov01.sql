-- Whether each rule in force at the end of the period has an objective. A rule that only matches name is in no
-- register and says nothing.
with registered as (
    select * from {{ ref('dim_risk_rule') }}
    where is_registered
),

rules as (
    select
        periods.source_system,
        periods.period_start,
        periods.period_grain,
        rules.rule_code,
        bool_or(rules.objective_code is not null) as has_objective
    from {{ ref('int_kpi_periods') }} as periods
    inner join registered as rules
        on periods.source_system = rules.source_system
        and cast(rules.active_from as date) <= least(periods.period_end, periods.as_of_on)
        and coalesce(cast(rules.active_to as date) >= least(periods.period_end, periods.as_of_on), true)
    group by periods.source_system, periods.period_start, periods.period_grain, rules.rule_code
),

summed as (
    select
        source_system,
        period_start,
        period_grain,
        'all' as scope_type,
        'all' as scope_value,
        cast(count(*) filter (where has_objective) as double) as numerator,
        cast(count(*) as double) as denominator
    from rules
    group by source_system, period_start, period_grain
)

{{ kpi_proportion_of_sums('GOV01') }}
