{{ config(materialized='incremental', unique_key='accepted_on') }}

with items as (
    {{ items_due('int_items_scored') }}
)

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
from items
