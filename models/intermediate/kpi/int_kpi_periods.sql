-- Every period of every source, from its first day of data to its day of reference.
with sources as (
    select
        source_system,
        data_from_on,
        as_of_on
    from {{ ref('dim_source') }}
    where data_from_on is not null
),

days as (
    select
        sources.source_system,
        sources.as_of_on,
        dates.month_on
    from sources
    inner join {{ ref('dim_date') }} as dates
        on dates.date_on between sources.data_from_on and sources.as_of_on
),

starts as (
    select distinct
        days.source_system,
        days.as_of_on,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'days.month_on') }} as period_start
    from days
    cross join {{ kpi_grains() }} as grains
)

select
    source_system,
    period_grain,
    period_start,
    {{ day_before(period_later('period_grain', 'period_start')) }} as period_end,
    as_of_on
from starts
