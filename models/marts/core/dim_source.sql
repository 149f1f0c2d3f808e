with sources as (
    select * from {{ ref('sources') }}
),

days_of_reference as (
    select * from {{ ref('int_source_as_of') }}
),

declarations as (
    select
        source_system,
        count(*) as declarations,
        min(accepted_on) as from_on
    from {{ ref('fct_declarations') }}
    group by source_system
),

inspections as (
    select
        source_system,
        count(*) as inspections,
        min(result_on) as from_on
    from {{ ref('fct_inspections') }}
    group by source_system
),

-- Where single events can be told apart they count once, else as published.
seizures as (
    select
        source_system,
        sum(coalesce(total_events, events)) as seizures,
        min(month_on) as from_on
    from {{ ref('seizure_statistics') }}
    group by source_system
)

select
    sources.source_system,
    sources.source_name,
    sources.country_code,
    sources.currency,
    sources.time_zone,
    sources.hs_version,
    sources.supplies,
    sources.does_not_supply,
    coalesce(declarations.declarations, 0) as declarations,
    coalesce(inspections.inspections, 0) as inspections,
    cast(coalesce(seizures.seizures, 0) as bigint) as seizures,
    least(declarations.from_on, inspections.from_on, seizures.from_on) as data_from_on,
    days_of_reference.latest_event_on as data_until_on,
    days_of_reference.as_of as as_of_on
from sources
inner join days_of_reference
    on sources.source_system = days_of_reference.source_system
left join declarations
    on sources.source_system = declarations.source_system
left join inspections
    on sources.source_system = inspections.source_system
left join seizures
    on sources.source_system = seizures.source_system
