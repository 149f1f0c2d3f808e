{{ config(materialized='incremental', unique_key='item_key') }}

-- What all indicators say of an item: the score of each that applies, the points they come to, and the sentences of
-- those it meets, the weightiest first. An indicator is met where its score is above 0; one that is not heard of was
-- missed. Sentences are put together by a window, which can leave memory; a text that grows cannot.
{% set built = var('risk_indicators_built') %}
with items as (
    {{ items_due() }}
),

outcomes as (
    select
        outcomes.*,
        outcomes.score * weights.weight as points
    from {{ ref('int_risk_indicators_unioned') }} as outcomes
    inner join {{ ref('risk_indicator_weights') }} as weights
        on outcomes.indicator = weights.indicator
    {% if is_incremental() %}
        where outcomes.item_key in (select items.item_key from items)
    {% endif %}
),

scores as (
    select
        item_key,
        {% for name in built %}
            max(case when indicator = '{{ name }}' then score end) as met_{{ name }},
        {% endfor %}
        sum(cast(outcome = 'not_applicable' as integer)) as silent,
        {{ indicators_silent('indicator', 'outcome') }} as silent_ones,
        sum(cast(outcome = 'hit' as integer)) as hits,
        sum(points) as points
    from outcomes
    group by item_key
),

sentences as (
    select
        item_key,
        row_number() over by_points as turn,
        concat_ws(
            '; ',
            evidence,
            {% for later in range(1, built | length) %}
                lead(evidence, {{ later }}) over by_points{{ ',' if not loop.last }}
            {% endfor %}
        ) as reasons
    from outcomes
    where outcome = 'hit'
    window by_points as (partition by item_key order by points desc, indicator asc)
)

select
    items.item_key,
    {% for name in built %}
        case
            when coalesce(scores.silent_ones, 0) // {{ digit_of(name) }} % 2 = 0 then coalesce(scores.met_{{ name }}, 0)
        end as sign_{{ name }},
    {% endfor %}
    cast({{ built | length }} - coalesce(scores.silent, 0) as integer) as indicators_applicable,
    cast(coalesce(scores.hits, 0) as integer) as indicators_hit,
    case
        when coalesce(scores.silent, 0) < {{ built | length }} then round(coalesce(scores.points, 0), 6)
    end as score,
    sentences.reasons
from items
left join scores
    on items.item_key = scores.item_key
left join sentences
    on items.item_key = sentences.item_key
    and sentences.turn = 1
