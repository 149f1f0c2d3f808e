with figures as (
    select * from {{ ref('int_kpi_values_compared') }}
),

kpis as (
    select * from {{ ref('dim_kpi') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

-- A KPI that is better high has a lower bound only, one that is better low an upper one, a band both.
bounded as (
    select
        figures.*,
        kpis.kpi_name,
        kpis.dimension,
        kpis.topic,
        kpis.objective_code,
        kpis.unit,
        kpis.direction,
        targets.target,
        targets.target_upper,
        targets.warning,
        targets.warning_upper,
        case when kpis.direction in ('up', 'band') then targets.target end as target_from,
        case kpis.direction when 'down' then targets.target when 'band' then targets.target_upper end as target_to,
        case when kpis.direction in ('up', 'band') then targets.warning end as warning_from,
        case kpis.direction when 'down' then targets.warning when 'band' then targets.warning_upper end as warning_to,
        coalesce(figures.lower, figures.value) as least_value,
        coalesce(figures.upper, figures.value) as most_value,
        {{ days_between('figures.period_end', 'figures.as_of_on') }} < kpis.maturity_days as is_provisional
    from figures
    inner join kpis
        on figures.kpi_code = kpis.kpi_code
    left join targets
        on figures.source_system = targets.source_system
        and figures.kpi_code = targets.kpi_code
        and figures.kpi_version = targets.kpi_version
        and figures.scope_type = targets.scope_type
        and targets.scope_value in (figures.scope_value, '*')
        and targets.period_grain in (figures.period_grain, '*')
)

select
    source_system,
    kpi_code,
    kpi_version,
    period_grain,
    period_start,
    period_end,
    scope_type,
    scope_value,
    kpi_name,
    dimension,
    topic,
    objective_code,
    unit,
    direction,
    numerator,
    denominator,
    value,
    lower,
    upper,
    reason,
    cast(target as double) as target,
    cast(target_upper as double) as target_upper,
    cast(warning as double) as warning,
    cast(warning_upper as double) as warning_upper,
    case
        when value is null then 'not_estimable'
        when coalesce(target_from, target_to) is null then 'no_target'
        when value >= coalesce(target_from, value) and value <= coalesce(target_to, value) then 'met'
        -- Missed: surely on the wrong side of the target, and past the warning as well.
        when most_value < target_from and value < coalesce(warning_from, target_from) then 'missed'
        when least_value > target_to and value > coalesce(warning_to, target_to) then 'missed'
        else 'at_risk'
    end as status,
    is_provisional or period_end > as_of_on as is_provisional,
    previous_value,
    round(value - previous_value, 6) as change_on_previous,
    year_before_value,
    round(value - year_before_value, 6) as change_on_year_before
from bounded
