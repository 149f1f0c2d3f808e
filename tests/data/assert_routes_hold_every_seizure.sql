-- The same seizures, by office and kind of goods in one mart, by route in the other.
with by_route as (
    select
        source_system,
        sum(category_events) as category_events,
        sum(total_events) as total_events
    from {{ ref('seizures_by_route') }}
    group by source_system
),

by_office as (
    select
        source_system,
        sum(category_events) as category_events,
        sum(total_events) as total_events
    from {{ ref('seizure_statistics') }}
    where not is_published_sum
    group by source_system
)

select
    by_office.source_system,
    by_office.category_events,
    by_route.category_events as category_events_by_route,
    by_office.total_events,
    by_route.total_events as total_events_by_route
from by_office
left join by_route
    on by_office.source_system = by_route.source_system
where
    by_office.category_events is distinct from by_route.category_events
    or by_office.total_events is distinct from by_route.total_events
