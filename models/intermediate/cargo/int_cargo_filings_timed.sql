-- By when each filing was due: the lead time of its kind, mode and voyage before what it is counted from.
-- Where the law has no lead time for it, or that event is not known yet, nothing was due that could be late.
with filings as (
    select * from {{ ref('int_cargo_filings_judged') }}
),

lead_times as (
    select * from {{ ref('lead_times') }}
)

select
    filings.*,
    lead_times.anchor_event,
    {{ hours_earlier(
        "case lead_times.anchor_event"
        ~ " when 'loading' then filings.loading_at"
        ~ " when 'departure' then filings.departed_at"
        ~ " when 'arrival' then filings.arrived_at end",
        'lead_times.lead_hours'
    ) }} as filing_due_at
from filings
left join lead_times
    on filings.source_system = lead_times.source_system
    and filings.filing_type = lead_times.filing_type
    and filings.transport_mode = lead_times.transport_mode
    and filings.voyage_type = lead_times.voyage_type
    and (
        lead_times.containerised = 'any'
        or filings.containerised = (lead_times.containerised = 'yes')
    )
