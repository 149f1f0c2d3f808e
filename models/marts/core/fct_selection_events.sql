{{ config(materialized='incremental', unique_key='declaration_id') }}

with events as (
    select events.* from {{ ref('int_selection_events_judged') }} as events
    {{ only_due('events') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
)

select
    events.source_system,
    events.declaration_id,
    events.version,
    events.sequence,
    declarations.office_code,
    declarations.regime,
    events.reason,
    events.rule_code,
    events.rule_version,
    events.channel_before,
    events.channel_after,
    events.reason_code,
    events.officer_id,
    events.version = declarations.version as is_latest_version,
    events.is_selecting,
    events.is_primary,
    events.is_downgrade,
    events.in_random_frame as is_in_random_frame,
    events.random_drawn as is_random_drawn,
    events.random_probability,
    {{ local_day('events.event_at', 'declarations.time_zone') }} as event_on,
    events.event_at
from events
inner join declarations
    on events.source_system = declarations.source_system
    and events.declaration_id = declarations.declaration_id
