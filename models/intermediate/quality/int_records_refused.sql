-- Written by `make staging` from the contracts of all sources: change it there.

select
    'cbp' as source_system,
    'drug_seizures' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cbp__drug_seizures') }} as refused
left join {{ ref('base_cbp__drug_seizures') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.fy = standing.fy
    and refused.month_abbv = standing.month_abbv
    and refused.component = standing.component
    and refused.region = standing.region
    and refused.land_filter = standing.land_filter
    and refused.area_of_responsibility = standing.area_of_responsibility
    and refused.drug_type = standing.drug_type
where refused.record_outcome = 'quarantined'

union all

select
    'cbp' as source_system,
    'weapons_seizures' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cbp__weapons_seizures') }} as refused
left join {{ ref('base_cbp__weapons_seizures') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.fiscal_year = standing.fiscal_year
    and refused.month_abbv = standing.month_abbv
    and refused.component = standing.component
    and refused.region = standing.region
    and refused.area_of_responsibility = standing.area_of_responsibility
    and refused.inbound_outbound = standing.inbound_outbound
    and refused.mode_of_transportation = standing.mode_of_transportation
    and refused.seizure_type = standing.seizure_type
    and refused.category = standing.category
    and refused.event_id = standing.event_id
    and refused.quantity_seized is not distinct from standing.quantity_seized
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'declarations' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__declarations') }} as refused
left join {{ ref('base_cdps__declarations') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
    and refused.version = standing.version
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'selection_events' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__selection_events') }} as refused
left join {{ ref('base_cdps__selection_events') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
    and refused.version = standing.version
    and refused.sequence = standing.sequence
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'declaration_items' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__declaration_items') }} as refused
left join {{ ref('base_cdps__declaration_items') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
    and refused.version = standing.version
    and refused.item_number = standing.item_number
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'item_taxes' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__item_taxes') }} as refused
left join {{ ref('base_cdps__item_taxes') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
    and refused.version = standing.version
    and refused.item_number = standing.item_number
    and refused.tax_type = standing.tax_type
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'selectivity_matches' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__selectivity_matches') }} as refused
left join {{ ref('base_cdps__selectivity_matches') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
    and refused.version = standing.version
    and refused.item_number = standing.item_number
    and refused.rule_code = standing.rule_code
    and refused.rule_version = standing.rule_version
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'risk_rules' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__risk_rules') }} as refused
left join {{ ref('base_cdps__risk_rules') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.rule_code = standing.rule_code
    and refused.rule_version = standing.rule_version
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'inspections' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__inspections') }} as refused
left join {{ ref('base_cdps__inspections') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.inspection_id = standing.inspection_id
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'seizures' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__seizures') }} as refused
left join {{ ref('base_cdps__seizures') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.seizure_id = standing.seizure_id
    and refused.version = standing.version
    and refused.line_number = standing.line_number
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'cargo_manifests' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__cargo_manifests') }} as refused
left join {{ ref('base_cdps__cargo_manifests') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.house_document_id = standing.house_document_id
    and refused.version = standing.version
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'transit_movements' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__transit_movements') }} as refused
left join {{ ref('base_cdps__transit_movements') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.movement_id = standing.movement_id
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'post_clearance_audits' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__post_clearance_audits') }} as refused
left join {{ ref('base_cdps__post_clearance_audits') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.audit_id = standing.audit_id
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'operators' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__operators') }} as refused
left join {{ ref('base_cdps__operators') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.operator_id = standing.operator_id
    and refused.valid_from = standing.valid_from
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'nii_devices' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__nii_devices') }} as refused
left join {{ ref('base_cdps__nii_devices') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.device_id = standing.device_id
    and refused.day = standing.day
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'enforcement_cases' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__enforcement_cases') }} as refused
left join {{ ref('base_cdps__enforcement_cases') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.case_id = standing.case_id
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'risk_register' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__risk_register') }} as refused
left join {{ ref('base_cdps__risk_register') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.risk_code = standing.risk_code
    and refused.version = standing.version
where refused.record_outcome = 'quarantined'

union all

select
    'cdps' as source_system,
    'partner_exports' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_cdps__partner_exports') }} as refused
left join {{ ref('base_cdps__partner_exports') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.period = standing.period
    and refused.hs6 = standing.hs6
    and refused.partner_country = standing.partner_country
    and refused.flow = standing.flow
where refused.record_outcome = 'quarantined'

union all

select
    'kcs' as source_system,
    'declarations' as entity,
    refused._batch as batch,
    refused._record as record_number,
    refused._line as line_number,
    refused.reasons,
    coalesce(refused._arrival < standing._arrival, false) as is_mended
from {{ ref('base_kcs__declarations') }} as refused
left join {{ ref('base_kcs__declarations') }} as standing
    on standing.record_outcome = 'accepted'
    and refused.declaration_id = standing.declaration_id
where refused.record_outcome = 'quarantined'
