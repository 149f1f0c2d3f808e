{{ config(materialized='table') }}

-- The declarations that KPIs count: accepted and not invalidated, with the arrival of their goods.
with declarations as (
    select * from {{ ref('fct_declarations') }}
    where
        not is_invalidated
        and accepted_on is not null
),

manifests as (
    select * from {{ ref('fct_cargo_manifests') }}
),

days_of_reference as (
    select * from {{ ref('int_source_as_of') }}
),

-- A source without a time of release anywhere says nothing of release: its declarations are no "unreleased" ones.
timed_sources as (
    select distinct source_system from declarations
    where released_at is not null
)

select
    declarations.source_system,
    declarations.declaration_id,
    declarations.office_code,
    declarations.regime,
    declarations.transport_mode,
    declarations.channel_final as channel,
    case declarations.regime
        when 'import' then declarations.importer_id
        when 'export' then declarations.exporter_id
        else declarations.declarant_id
    end as trader_id,
    declarations.is_selected,
    declarations.is_risk_selected,
    declarations.was_inspected,
    declarations.was_physically_inspected,
    timed_sources.source_system is not null as has_release_times,
    declarations.customs_value_national,
    declarations.additional_duty_national,
    declarations.accepted_on,
    declarations.released_on,
    days_of_reference.as_of,
    declarations.accepted_at,
    declarations.released_at,
    manifests.arrived_at
from declarations
inner join days_of_reference
    on declarations.source_system = days_of_reference.source_system
left join timed_sources
    on declarations.source_system = timed_sources.source_system
left join manifests
    on declarations.source_system = manifests.source_system
    and declarations.house_document_id = manifests.house_document_id
