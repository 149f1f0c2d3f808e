{{ config(tags=['after_score']) }}

-- Whom the top tenth of the score would pick, and whether those picks are as right for one group as for another: by the
-- size of the operator and by the country of origin.
with scores as (
    select * from {{ ref('risk_scores') }}
),

sized as (
    select
        *,
        count(*) over (partition by source_system, trader_id) as trader_items
    from scores
),

grouped as (
    select
        *,
        'operator_size' as dimension,
        case
            when trader_id is null then 'not stated'
            when trader_items <= 12 then '1 to 12 items'
            when trader_items <= 120 then '13 to 120 items'
            else 'over 120 items'
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
        count(*) filter (where any_top_share <= 0.1) as picked_items,
        count(is_hit) filter (where any_top_share <= 0.1) as picked_inspected,
        count(*) filter (where any_top_share <= 0.1 and is_hit) as picked_hits,
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
