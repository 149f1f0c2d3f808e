-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    declaration_id,
    version,
    item_number,
    commodity_code,
    goods_description,
    country_origin,
    packages,
    gross_mass_kg,
    net_mass_kg,
    supplementary_quantity,
    supplementary_unit,
    customs_value,
    currency,
    customs_value_national,
    preference_code,
    supporting_document_codes,
    container_ids
from {{ ref('base_cdps__declaration_items') }}
where record_outcome = 'accepted'
