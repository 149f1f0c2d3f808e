-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    inspection_id,
    declaration_id,
    item_number,
    house_document_id,
    container_id,
    parent_inspection_id,
    type,
    control_type_code,
    selection_reason,
    rule_code,
    rule_version,
    ordered_at,
    started_at,
    ended_at,
    result_recorded_at,
    officer_id,
    nii_device_id,
    scan_started_at,
    scan_ended_at,
    nii_verdict,
    result,
    offence_type,
    offence_category_code,
    severity,
    additional_duty,
    penalty
from {{ ref('base_cdps__inspections') }}
where record_outcome = 'accepted'
