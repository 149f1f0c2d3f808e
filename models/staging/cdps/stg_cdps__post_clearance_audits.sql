-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    audit_id,
    operator_id,
    selection_basis,
    period_audited_from,
    period_audited_to,
    planned_at,
    opened_at,
    closed_at,
    result,
    additional_assessed,
    additional_collected,
    collected_at,
    feedback_rule_code
from {{ ref('base_cdps__post_clearance_audits') }}
where record_outcome = 'accepted'
