-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    declaration_id,
    version,
    item_number,
    rule_code,
    rule_version,
    score,
    matched_at
from {{ ref('base_cdps__selectivity_matches') }}
where record_outcome = 'accepted'
