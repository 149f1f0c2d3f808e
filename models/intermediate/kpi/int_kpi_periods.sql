-- Every period of every source, from its first day of data to its day of reference.
with first_days as (
    select
        source_system,
        data_from_on as first_on
    from {{ ref('dim_source') }}
    union distinct
    select
        source_system,
        min(arrived_on) as first_on
    from {{ ref('fct_cargo_manifests') }}
    group by source_system
    union distinct
    select
        source_system,
        min(day) as first_on
    from {{ ref('int_nii_devices_unioned') }}
    group by source_system
    union distinct
    select
        source_system,
        min(opened_on) as first_on
    from {{ ref('fct_post_clearance_audits') }}
    group by source_system
),

spans as (
    select
        sources.source_system,
        sources.as_of_on,
        min(first_days.first_on) as first_on
    from {{ ref('dim_source') }} as sources
    inner join first_days
        on sources.source_system = first_days.source_system
    group by sources.source_system, sources.as_of_on
),

starts as (
    select distinct
        spans.source_system,
        spans.as_of_on,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'dates.month_on') }} as period_start
    from spans
    inner join {{ ref('dim_date') }} as dates
        on dates.date_on between spans.first_on and spans.as_of_on
    cross join {{ kpi_grains() }} as grains
)

select
    source_system,
    period_grain,
    period_start,
    {{ day_before(period_later('period_grain', 'period_start')) }} as period_end,
    as_of_on
from starts
