-- By when each version of a filing was due: the lead time of its kind, mode and voyage before what it is counted from.
-- Where the law has no lead time for it, or that event is not known yet, nothing was due that could be late.
with versions as (
    select * from {{ ref('int_cargo_manifests_unioned') }}
),

lead_times as (
    select * from {{ ref('lead_times') }}
)

select
    versions.source_system,
    versions.house_document_id,
    versions.version,
    lead_times.anchor_event,
    {{ hours_earlier(
        "case lead_times.anchor_event"
        ~ " when 'loading' then versions.loading_at"
        ~ " when 'departure' then versions.departed_at"
        ~ " when 'arrival' then versions.arrived_at end",
        'lead_times.lead_hours'
    ) }} as filing_due_at
from versions
inner join lead_times
    on versions.source_system = lead_times.source_system
    and versions.filing_type = lead_times.filing_type
    and versions.transport_mode = lead_times.transport_mode
    and versions.voyage_type = lead_times.voyage_type
    and (
        lead_times.containerised = 'any'
        or versions.containerised = (lead_times.containerised = 'yes')
    )
