-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    operator_id,
    name,
    country,
    sector,
    aeo_type,
    aeo_status,
    valid_from,
    valid_to
from {{ ref('base_cdps__operators') }}
where record_outcome = 'accepted'
