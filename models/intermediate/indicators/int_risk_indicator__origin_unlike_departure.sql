{{ config(materialized='table') }}

-- Goods that come from elsewhere than where they were made: a hub can blur origin, value and who sent them. Exports are
-- dispatched from home, so the question is not theirs.
with items as (
    {{ items_due() }}
),

judged as (
    select
        item_key,
        regime <> 'export' and country_origin is not null and country_dispatch is not null as is_applicable,
        country_origin <> country_dispatch as is_hit,
        1.0 as score,
        'Made in ' || country_origin || ', dispatched from ' || country_dispatch as evidence
    from items
)

{{ risk_indicator('origin_unlike_departure') }}
