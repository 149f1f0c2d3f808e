{{ config(materialized='table') }}

-- What all indicators say of an item, in one pass over them: the score of each that applies, the points they come to,
-- and the sentences of those it meets, the weightiest first. An indicator is met where its score is above 0.
with outcomes as (
    select
        outcomes.*,
        outcomes.score * weights.weight as points
    from {{ ref('int_risk_indicators_unioned') }} as outcomes
    inner join {{ ref('risk_indicator_weights') }} as weights
        on outcomes.indicator = weights.indicator
)

select
    {% for name in var('risk_indicators_built') %}
        max(case when indicator = '{{ name }}' then score end) as sign_{{ name }},
    {% endfor %}
    {{ joined_by_points('evidence', 'points', 'indicator') }} filter (where outcome = 'hit') as reasons,
    cast(sum(cast(outcome <> 'not_applicable' as integer)) as integer) as indicators_applicable,
    cast(sum(cast(outcome = 'hit' as integer)) as integer) as indicators_hit,
    round(sum(points), 6) as score,
    cast(count(*) as integer) as outcomes,
    {{ indicators_told() }} as indicators_told,
    item_key
from outcomes
group by item_key
