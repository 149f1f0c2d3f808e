{{ config(tags=['after_check']) }}

-- Whether we are good at more than collecting: the weight of what meets its target, of all that has a target and a
-- figure. A KPI with targets in several scopes is met where it is met in each.
with figures as (
    select
        source_system,
        kpi_code,
        kpi_version,
        period_grain,
        period_start,
        scope_type,
        scope_value,
        round(value, 6) as value,
        round(lower, 6) as lower,
        round(upper, 6) as upper
    from {{ ref('int_kpis_measured') }}
),

judged as (
    select
        figures.source_system,
        figures.period_grain,
        figures.period_start,
        kpis.kpi_code,
        kpis.dimension,
        kpis.weight,
        {{ kpi_status('figures', 'kpis', 'targets') }} as status
    from figures
    inner join {{ ref('dim_kpi') }} as kpis
        on figures.kpi_code = kpis.kpi_code
    inner join {{ ref('kpi_targets') }} as targets
        on {{ is_target_of('targets', 'figures') }}
),

kpis_judged as (
    select
        source_system,
        period_grain,
        period_start,
        kpi_code,
        dimension,
        weight,
        bool_and(status = 'met') as is_met
    from judged
    where status not in ('not_estimable', 'no_target')
    group by source_system, period_grain, period_start, kpi_code, dimension, weight
),

-- Revenue stands beside it, as every other dimension does.
scoped as (
    select
        *,
        'all' as scope_type,
        'all' as scope_value
    from kpis_judged
    where dimension <> 'RC'
    union all
    select
        *,
        'dimension' as scope_type,
        dimension as scope_value
    from kpis_judged
),

estimated as (
    select
        source_system,
        period_grain,
        period_start,
        scope_type,
        scope_value,
        sum(case when is_met then weight else 0 end) as numerator,
        sum(weight) as denominator,
        100.0 * sum(case when is_met then weight else 0 end) / nullif(sum(weight), 0) as value,
        null as lower,
        null as upper,
        null as reason
    from scoped
    group by source_system, period_grain, period_start, scope_type, scope_value
)

{{ kpi_estimate('GOV04', ['all', 'dimension']) }}
