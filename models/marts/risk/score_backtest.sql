{{ config(tags=['after_score']) }}

-- What each way to choose found among inspected items that its model had not seen, month by month and over all months.
with months as (
    select * from {{ ref('stg_crw__backtests') }}
    where items > 0
),

graded as (
    select
        months.*,
        grains.period_grain,
        case
            when grains.period_grain = 'month' then months.month_on
            else min(months.month_on) over (partition by months.source_system, months.model_id)
        end as period_start
    from months
    cross join (values ('month'), ('all_months')) as grains (period_grain)
),

summed as (
    select
        source_system,
        model_id,
        target,
        population,
        score_name,
        top_share,
        period_grain,
        period_start,
        sum(items) as inspected_items,
        sum(taken) as taken_items,
        sum(hits) as hits,
        sum(all_hits) as all_hits,
        sum(duty_national) as duty_national,
        sum(all_duty_national) as all_duty_national
    from graded
    group by source_system, model_id, target, population, score_name, top_share, period_grain, period_start
)

select
    summed.source_system,
    summed.model_id,
    summed.target,
    summed.population,
    summed.score_name,
    summed.top_share,
    summed.period_grain,
    summed.period_start,
    models.is_promoted,
    cast(summed.inspected_items as bigint) as inspected_items,
    cast(summed.taken_items as bigint) as taken_items,
    round(summed.hits, 6) as hits,
    round(summed.all_hits, 6) as all_hits,
    round(summed.hits / nullif(summed.taken_items, 0), 6) as found_rate,
    round({{ wilson_lower('summed.hits', 'summed.taken_items') }}, 6) as found_rate_lower,
    round({{ wilson_upper('summed.hits', 'summed.taken_items') }}, 6) as found_rate_upper,
    round(summed.hits / nullif(summed.all_hits, 0), 6) as found_share,
    round(summed.duty_national / nullif(summed.all_duty_national, 0), 6) as duty_share
from summed
inner join {{ ref('stg_crw__score_models') }} as models
    on summed.source_system = models.source_system
    and summed.model_id = models.model_id
