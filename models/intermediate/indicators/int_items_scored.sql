{{ config(materialized='table') }}

-- The explainable score: the points of the indicators that an item meets, and their sentences, the weightiest first.
with items as (
    select * from {{ ref('int_risk_items') }}
),

outcomes as (
    select * from {{ ref('int_risk_indicators_unioned') }}
),

weights as (
    select * from {{ ref('risk_indicator_weights') }}
),

bands as (
    {{ indicator_parameters('score', ['medium_from', 'high_from']) }}
),

summed as (
    select
        outcomes.item_key,
        sum(cast(outcomes.outcome <> 'not_applicable' as integer)) as indicators_applicable,
        sum(cast(outcomes.outcome = 'hit' as integer)) as indicators_hit,
        round(sum(outcomes.score * weights.weight), 6) as score
    from outcomes
    inner join weights
        on outcomes.indicator = weights.indicator
    group by outcomes.item_key
),

explained as (
    select
        outcomes.item_key,
        {{ joined_by_points('outcomes.evidence', 'outcomes.score * weights.weight', 'outcomes.indicator') }} as reasons
    from outcomes
    inner join weights
        on outcomes.indicator = weights.indicator
    where outcomes.outcome = 'hit'
    group by outcomes.item_key
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
        when summed.indicators_applicable = 0 then 'not_estimable'
        when summed.score >= bands.high_from then 'high'
        when summed.score >= bands.medium_from then 'medium'
        else 'low'
    end as band,
    explained.reasons,
    cast(summed.indicators_applicable as integer) as indicators_applicable,
    cast(summed.indicators_hit as integer) as indicators_hit,
    summed.score,
    items.accepted_on
from items
inner join summed
    on items.item_key = summed.item_key
cross join bands
left join explained
    on items.item_key = explained.item_key
