-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    declaration_id,
    version,
    item_number,
    tax_type,
    base,
    declared,
    assessed,
    collected
from {{ ref('base_cdps__item_taxes') }}
where record_outcome = 'accepted'
