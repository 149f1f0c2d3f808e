with loads as (
    select
        source_system,
        entity,
        count(*) as batch_count,
        max(loaded_at) as last_loaded_at
    from {{ ref('stg_crw__batches') }}
    group by source_system, entity
)

select
    loads.source_system,
    loads.entity,
    loads.batch_count,
    events.latest_event_on,
    days.as_of,
    {{ days_between('events.latest_event_on', 'days.as_of') }} as days_behind,
    loads.last_loaded_at
from loads
left join {{ ref('int_events_latest') }} as events
    on loads.source_system = events.source_system
    and loads.entity = events.entity
left join {{ ref('int_source_as_of') }} as days
    on loads.source_system = days.source_system
