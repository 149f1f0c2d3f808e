-- Whether plans are kept: each period is judged at its own end, a year's plan at the end of the year.
with audits as (
    select * from {{ ref('fct_post_clearance_audits') }}
    where planned_on is not null
),

in_periods as (
    select
        audits.source_system,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'audits.planned_on') }} as period_start,
        audits.closed_on
    from audits
    cross join {{ kpi_grains() }} as grains
),

summed as (
    select
        source_system,
        period_start,
        period_grain,
        'all' as scope_type,
        'all' as scope_value,
        cast(
            count(*) filter (where closed_on < {{ period_later('period_grain', 'period_start') }}) as double
        ) as numerator,
        cast(count(*) as double) as denominator
    from in_periods
    group by source_system, period_start, period_grain
)

{{ kpi_proportion_of_sums('PCA04') }}
