with inspections as (
    select * from {{ ref('int_inspections_judged') }}
),

declarations as (
    select * from {{ ref('fct_declarations') }}
),

items as (
    select * from {{ ref('fct_declaration_items') }}
),

sources as (
    select * from {{ ref('sources') }}
),

rules as (
    select * from {{ ref('dim_risk_rule') }}
)

select
    inspections.source_system,
    inspections.inspection_id,
    inspections.declaration_id,
    inspections.item_number,
    inspections.house_document_id,
    inspections.container_id,
    inspections.parent_inspection_id,
    declarations.office_code,
    declarations.office_name,
    declarations.regime,
    declarations.transport_mode,
    coalesce(items.country_origin, declarations.country_origin) as country_origin,
    declarations.country_dispatch,
    coalesce(items.route, declarations.route) as route,
    declarations.route_name,
    coalesce(items.hs_version, declarations.hs_version) as hs_version,
    coalesce(items.hs6, declarations.hs6) as hs6,
    coalesce(items.chapter_code, declarations.chapter_code) as chapter_code,
    inspections.inspection_type,
    inspections.control_type_code,
    inspections.selection_reason,
    inspections.rule_code,
    inspections.rule_version,
    rules.rule_name,
    rules.risk_area,
    inspections.selection_reason in ('criteria', 'model') as is_risk_selected,
    rules.is_security_rule as is_security_selected,
    inspections.officer_id,
    inspections.nii_device_id,
    inspections.nii_verdict,
    inspections.result,
    inspections.is_resolved,
    inspections.is_hit,
    inspections.has_formal_offence,
    inspections.offence_type,
    inspections.offence_category_code,
    inspections.severity,
    inspections.additional_duty_national,
    inspections.penalty_national,
    sources.currency as currency_national,
    {{ hours_between('inspections.ordered_at', 'inspections.result_recorded_at') }} as inspection_hours,
    declarations.accepted_on,
    inspections.ordered_on,
    inspections.result_on,
    inspections.ordered_at,
    inspections.started_at,
    inspections.ended_at,
    inspections.result_recorded_at,
    inspections.scan_started_at,
    inspections.scan_ended_at
from inspections
inner join sources
    on inspections.source_system = sources.source_system
left join declarations
    on inspections.source_system = declarations.source_system
    and inspections.declaration_id = declarations.declaration_id
left join items
    on inspections.source_system = items.source_system
    and inspections.declaration_id = items.declaration_id
    and inspections.item_number = items.item_number
left join rules
    on inspections.source_system = rules.source_system
    and inspections.rule_code = rules.rule_code
    and inspections.rule_version = rules.rule_version
