{{ config(materialized='table') }}

-- An operator that we know takes a route it never took before. One we hardly know takes every route for the first time,
-- which says nothing: that is another indicator's.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('first_route', ['known_days']) }}
),

first_uses as (
    select
        source_system,
        trader_id,
        country_origin,
        country_dispatch,
        min(accepted_on) as first_on
    from all_items
    group by source_system, trader_id, country_origin, country_dispatch
),

first_seen as (
    select
        source_system,
        trader_id,
        min(first_on) as first_on
    from first_uses
    group by source_system, trader_id
),

judged as (
    select
        items.item_key,
        items.country_origin is not null
        and items.country_dispatch is not null
        and {{ days_between('first_seen.first_on', 'items.accepted_on') }} >= parameters.known_days as is_applicable,
        items.accepted_on = first_uses.first_on as is_hit,
        1.0 as score,
        'First time this operator takes the route ' || items.country_origin || '>' || items.country_dispatch as evidence
    from items
    cross join parameters
    left join first_uses
        on items.source_system = first_uses.source_system
        and items.trader_id = first_uses.trader_id
        and items.country_origin = first_uses.country_origin
        and items.country_dispatch = first_uses.country_dispatch
    left join first_seen
        on items.source_system = first_seen.source_system
        and items.trader_id = first_seen.trader_id
)

{{ risk_indicator('first_route') }}
