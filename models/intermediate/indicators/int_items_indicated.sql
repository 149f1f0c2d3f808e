{{ config(materialized='table') }}

-- What all indicators say of an item: the score of each that applies, the points they come to, and the sentences of
-- those it meets, the weightiest first. An indicator is met where its score is above 0. Sentences are gathered apart:
-- few indicators are met, and what is being gathered cannot leave memory.
with outcomes as (
    select * from {{ ref('int_risk_indicators_unioned') }}
),

weights as (
    select * from {{ ref('risk_indicator_weights') }}
),

scores as (
    select
        outcomes.item_key,
        {% for name in var('risk_indicators_built') %}
            max(case when outcomes.indicator = '{{ name }}' then outcomes.score end) as sign_{{ name }},
        {% endfor %}
        cast(sum(cast(outcomes.outcome <> 'not_applicable' as integer)) as integer) as indicators_applicable,
        cast(sum(cast(outcomes.outcome = 'hit' as integer)) as integer) as indicators_hit,
        round(sum(outcomes.score * weights.weight), 6) as score,
        cast(count(*) as integer) as outcomes,
        {{ indicators_told('outcomes.indicator') }} as indicators_told
    from outcomes
    inner join weights
        on outcomes.indicator = weights.indicator
    group by outcomes.item_key
),

sentences as (
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
    scores.*,
    sentences.reasons
from scores
left join sentences
    on scores.item_key = sentences.item_key
