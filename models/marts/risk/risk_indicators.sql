select
    source_system,
    declaration_id,
    item_number,
    office_code,
    regime,
    transport_mode,
    trader_id,
    hs6,
    country_origin,
    country_dispatch,
    band,
    reasons,
    indicators_applicable,
    indicators_hit,
    score,
    accepted_on
from {{ ref('int_items_scored') }}
