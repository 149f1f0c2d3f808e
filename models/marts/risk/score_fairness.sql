{{ config(tags=['after_score']) }}

-- Whom the top tenth of the score would pick, and whether those picks are as right for one group as for another: by the
-- size of the operator and by the country of origin.
with settings as (
    select
        {{ setting_named('picked_share') }} as picked_share,
        {{ setting_named('small_operator_items') }} as small_operator_items,
        {{ setting_named('middle_operator_items') }} as middle_operator_items
    from {{ ref('learned_score_settings') }}
),

scores as (
    select * from {{ ref('risk_scores') }}
),

sized as (
    select
        scores.*,
        settings.small_operator_items,
        settings.middle_operator_items,
        scores.any_top_share <= settings.picked_share as is_picked,
        count(*) over (partition by scores.source_system, scores.trader_id) as trader_items
    from scores
    cross join settings
),

grouped as (
    select
        *,
        'operator_size' as dimension,
        case
            when trader_id is null then 'not stated'
            when trader_items <= small_operator_items then 'Small: up to one item a month'
            when trader_items <= middle_operator_items then 'Middle: up to ten a month'
            else 'Large: more than ten a month'
        end as group_name
    from sized

    union all

    select
        *,
        'country_origin' as dimension,
        coalesce(country_origin, 'not stated') as group_name
    from sized
),

summed as (
    select
        source_system,
        dimension,
        group_name,
        model_id,
        count(*) as items,
        count(*) filter (where is_picked) as picked_items,
        count(is_hit) filter (where is_picked) as picked_inspected,
        count(*) filter (where is_picked and is_hit) as picked_hits,
        count(is_hit) as inspected_items,
        count(*) filter (where is_hit) as hits
    from grouped
    group by source_system, dimension, group_name, model_id
)

select
    summed.source_system,
    summed.dimension,
    summed.group_name,
    coalesce(countries.country_name, summed.group_name) as group_label,
    summed.items,
    summed.picked_items,
    summed.inspected_items,
    summed.hits,
    summed.picked_inspected,
    summed.picked_hits,
    round(summed.picked_items / summed.items, 6) as picked_share,
    round(summed.inspected_items / summed.items, 6) as inspected_share,
    round(summed.hits / nullif(summed.inspected_items, 0), 6) as hit_rate,
    round(summed.picked_hits / nullif(summed.picked_inspected, 0), 6) as picked_hit_rate,
    round({{ wilson_lower('summed.picked_hits', 'summed.picked_inspected') }}, 6) as picked_hit_rate_lower,
    round({{ wilson_upper('summed.picked_hits', 'summed.picked_inspected') }}, 6) as picked_hit_rate_upper,
    summed.model_id
from summed
left join {{ ref('dim_country') }} as countries
    on summed.dimension = 'country_origin'
    and summed.group_name = countries.country_code
