-- Whether somebody is answerable for each figure. The registry keeps no history: every period shows it as it is.
with targets as (
    select distinct
        source_system,
        kpi_code,
        kpi_version
    from {{ ref('kpi_targets') }}
),

kpis as (
    select * from {{ ref('dim_kpi') }}
    where direction <> 'none'
),

summed as (
    select
        periods.source_system,
        periods.period_start,
        periods.period_grain,
        'all' as scope_type,
        'all' as scope_value,
        cast(count(*) filter (where kpis.owner is not null and targets.kpi_code is not null) as double) as numerator,
        cast(count(*) as double) as denominator
    from {{ ref('int_kpi_periods') }} as periods
    cross join kpis
    left join targets
        on periods.source_system = targets.source_system
        and kpis.kpi_code = targets.kpi_code
        and kpis.kpi_version = targets.kpi_version
    group by periods.source_system, periods.period_start, periods.period_grain
)

{{ kpi_proportion_of_sums('GOV03') }}
