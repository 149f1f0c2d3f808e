-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    risk_code,
    version,
    name,
    category_code,
    objective_code,
    legal_basis_code,
    owner,
    consequence,
    treatment,
    reviewed_at
from {{ ref('base_cdps__risk_register') }}
where record_outcome = 'accepted'
