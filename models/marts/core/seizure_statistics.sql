with single_events as (
    select
        source_system,
        month_on,
        office_code,
        border_region,
        traffic,
        category_code,
        subcategory,
        unit,
        false as is_published_sum,
        events,
        category_events,
        total_events,
        quantity
    from {{ ref('int_seizure_events_counted') }}
),

published_sums as (
    select
        source_system,
        month_on,
        office_code,
        border_region,
        traffic,
        category_code,
        subcategory,
        unit,
        true as is_published_sum,
        cast(events as bigint) as events,
        cast(null as bigint) as category_events,
        cast(null as bigint) as total_events,
        quantity
    from {{ ref('int_published_seizures_unioned') }}
),

every_row as (
    select * from single_events
    union all
    select * from published_sums
)

select
    every_row.source_system,
    every_row.month_on,
    every_row.office_code,
    offices.office_name,
    every_row.border_region,
    every_row.traffic,
    every_row.category_code,
    categories.category_name,
    categories.category_group,
    every_row.subcategory,
    every_row.unit,
    every_row.is_published_sum,
    every_row.events,
    every_row.category_events,
    every_row.total_events,
    every_row.quantity
from every_row
inner join {{ ref('dim_office') }} as offices
    on every_row.source_system = offices.source_system
    and every_row.office_code = offices.office_code
left join {{ ref('dim_seizure_category') }} as categories
    on every_row.category_code = categories.category_code
