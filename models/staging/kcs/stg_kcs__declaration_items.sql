-- One declaration is one item.
select
    'kcs' as source_system,
    declaration_id,
    1 as version,
    1 as item_number,
    hs6_code as commodity_code,
    country_of_origin as country_origin,
    -- The publisher says that a price of 0 means not supplied, and goods have a mass.
    nullif(net_mass, 0) as net_mass_kg,
    nullif(item_price, 0) as customs_value,
    'KRW' as currency,
    nullif(item_price, 0) as customs_value_national,
    tax_rate as tax_rate_percent,
    -- The type of tax says which tariff was claimed.
    tax_type as preference_code,
    country_of_origin_indicator as origin_mark
from {{ ref('base_kcs__declarations') }}
where record_outcome = 'accepted'
