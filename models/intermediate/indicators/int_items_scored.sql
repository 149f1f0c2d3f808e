{{ config(materialized='incremental', unique_key='item_key') }}

-- The explainable score: the points of the indicators that an item meets, and their sentences, the weightiest first.
with items as (
    {{ items_due() }}
),

indicated as (
    select * from {{ ref('int_items_indicated') }}
),

bands as (
    {{ indicator_parameters('score', ['medium_from', 'high_from']) }}
)

select
    items.item_key,
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.office_code,
    items.regime,
    items.transport_mode,
    items.trader_id,
    items.hs6,
    items.country_origin,
    items.country_dispatch,
    case
        when indicated.indicators_applicable = 0 then 'not_estimable'
        when indicated.score >= bands.high_from then 'high'
        when indicated.score >= bands.medium_from then 'medium'
        else 'low'
    end as band,
    indicated.reasons,
    indicated.indicators_applicable,
    indicated.indicators_hit,
    indicated.score,
    items.accepted_on
from items
inner join indicated
    on items.item_key = indicated.item_key
cross join bands
