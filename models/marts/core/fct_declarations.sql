{{ config(materialized='incremental', unique_key='declaration_id') }}

with declarations as (
    select declarations.* from {{ ref('int_declarations_collapsed') }} as declarations
    {{ only_due('declarations') }}
),

items as (
    select * from {{ ref('int_declarations_summed') }}
),

selections as (
    select * from {{ ref('int_declarations_selected') }}
),

inspections as (
    select * from {{ ref('int_declarations_inspected') }}
),

seizures as (
    select * from {{ ref('int_declarations_seized') }}
),

countries as (
    select * from {{ ref('dim_country') }}
)

select
    declarations.source_system,
    declarations.declaration_id,
    declarations.version,
    declarations.office_code,
    declarations.office_name,
    declarations.office_kind,
    declarations.regime,
    declarations.procedure_code,
    declarations.transport_mode,
    declarations.status,
    declarations.channel_final,
    declarations.importer_id,
    declarations.exporter_id,
    declarations.declarant_id,
    declarations.representative_id,
    items.country_origin,
    declarations.country_dispatch,
    dispatch.country_name as country_dispatch_name,
    declarations.country_destination,
    items.route,
    origin.country_name || ' > ' || dispatch.country_name as route_name,
    items.hs_version,
    items.hs6,
    items.chapter_code,
    declarations.house_document_id,
    selections.primary_selection_reason,
    selections.primary_rule_code,
    selections.primary_rule_version,
    selections.is_selected,
    selections.is_risk_selected,
    selections.is_in_random_frame,
    selections.is_random_drawn,
    coalesce(declarations.status = 'invalidated', false) as is_invalidated,
    declarations.version_count > 1 as is_amended,
    inspections.was_inspected,
    inspections.was_physically_inspected,
    inspections.is_hit,
    inspections.has_formal_offence,
    inspections.has_serious_offence,
    seizures.has_seizure,
    declarations.version_count,
    coalesce(items.item_count, 0) as item_count,
    inspections.inspection_count,
    items.customs_value_national,
    items.net_mass_kg,
    inspections.additional_duty_national,
    declarations.currency_national,
    {{ hours_between('declarations.accepted_at', 'declarations.released_at') }} as release_hours,
    declarations.lodged_on,
    declarations.accepted_on,
    declarations.released_on,
    inspections.last_result_on,
    declarations.lodged_at,
    declarations.accepted_at,
    declarations.assessed_at,
    declarations.paid_at,
    declarations.released_at,
    declarations.invalidated_at
from declarations
left join items
    on declarations.source_system = items.source_system
    and declarations.declaration_id = items.declaration_id
left join selections
    on declarations.source_system = selections.source_system
    and declarations.declaration_id = selections.declaration_id
left join inspections
    on declarations.source_system = inspections.source_system
    and declarations.declaration_id = inspections.declaration_id
left join seizures
    on declarations.source_system = seizures.source_system
    and declarations.declaration_id = seizures.declaration_id
left join countries as origin
    on items.country_origin = origin.country_code
left join countries as dispatch
    on declarations.country_dispatch = dispatch.country_code
