-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    rule_code,
    rule_version,
    name,
    risk_area,
    category_code,
    commodity_prefix,
    country_origin,
    route,
    channel,
    objective_code,
    legal_basis_code,
    consequence,
    owner,
    approved_at,
    active_from,
    active_to,
    source_finding_type,
    source_finding_id
from {{ ref('base_cdps__risk_rules') }}
where record_outcome = 'accepted'
