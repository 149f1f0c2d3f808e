-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    period,
    hs6,
    partner_country,
    flow,
    value,
    currency,
    valuation_basis,
    net_mass_kg,
    quantity,
    unit,
    hs_version,
    reported_at
from {{ ref('base_cdps__partner_exports') }}
where record_outcome = 'accepted'
