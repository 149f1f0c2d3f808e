{{ config(materialized='table') }}

-- The day each source is counted from: the one given with --as-of, else its latest event. Never the clock.
with latest as (
    select
        source_system,
        max(latest_event_on) as latest_event_on
    from {{ ref('int_events_latest') }}
    group by source_system
),

given as (
    select
        source_system,
        as_of
    from {{ source('crw', 'as_of') }}
)

select
    latest.source_system,
    coalesce(given.as_of, latest.latest_event_on) as as_of,
    given.as_of is not null as is_given,
    latest.latest_event_on
from latest
left join given
    on latest.source_system = given.source_system
-- A source nobody has loaded has no day.
where latest.latest_event_on is not null
