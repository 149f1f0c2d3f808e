-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    case_id,
    opened_at,
    closed_at,
    offence_type,
    origin,
    subject_operator_id,
    seizure_id,
    modus_operandi,
    route,
    consequence_value,
    consequence_harm,
    intelligence_level,
    measure_proposed,
    measure_taken,
    feedback_rule_code,
    outcome
from {{ ref('base_cdps__enforcement_cases') }}
where record_outcome = 'accepted'
