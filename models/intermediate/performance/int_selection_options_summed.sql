-- What each way to choose would have found at each rate of inspection. Today's rules come first as far as they go and
-- chance fills the rest, or a chance part of them is left; the score takes the top of each month.
with dated as (
    select
        labelled.*,
        periods.period_grain,
        periods.period_start,
        periods.period_end
    from {{ ref('int_declarations_labelled') }} as labelled
    inner join {{ ref('int_performance_periods') }} as periods
        on labelled.source_system = periods.source_system
        and labelled.accepted_on between periods.period_start and periods.period_end
        and periods.period_grain <> 'quarter'
),

shared as (
    select
        *,
        count(*) over period as declarations,
        avg(cast(is_taken_today as integer)) over period as rate_today,
        count(*) over side as side_declarations,
        sum(label_weight) over side as side_weight
    from dated
    window
        period as (partition by source_system, period_grain, period_start),
        side as (partition by source_system, period_grain, period_start, is_in_frame)
),

-- Labels of each side speak for all of it.
weighted as (
    select
        *,
        label_weight * side_declarations / side_weight as weight
    from shared
    where label_weight is not null
),

options as (
    select
        weighted.*,
        rates.inspection_rate,
        names.score_name,
        case names.score_name
            when 'indicators'
                then case
                    when weighted.month_rank <= rates.inspection_rate * weighted.month_declarations then 1.0
                    else 0.0
                end
            when 'rules_today'
                then case
                    when weighted.is_taken_today then least(rates.inspection_rate / nullif(weighted.rate_today, 0), 1.0)
                    else greatest(
                        (rates.inspection_rate - weighted.rate_today) / nullif(1 - weighted.rate_today, 0), 0.0
                    )
                end
            when 'chance' then rates.inspection_rate
        end as share_taken
    from weighted
    cross join {{ ref('inspection_rates') }} as rates
    cross join {{ selection_scores() }} as names
)

select
    source_system,
    period_grain,
    period_start,
    period_end,
    score_name,
    inspection_rate,
    declarations,
    rate_today,
    count(*) filter (where is_in_frame) as random_labels,
    sum(share_taken) as known_inspected,
    sum(share_taken * hit) as known_hits,
    sum(case when is_in_frame then share_taken * hit else 0 end) as random_hits,
    sum(weight * hit) as all_offences,
    sum(case when is_in_frame then 0 else weight * share_taken * hit end) as found_outside,
    sum(case when is_in_frame then weight * share_taken * hit else 0 end) as found_in_frame,
    -- As many hits of equal weight as would be as uncertain (Kish).
    power(sum(case when is_in_frame then weight * share_taken * hit else 0 end), 2)
    / nullif(sum(case when is_in_frame then power(weight * share_taken, 2) * hit else 0 end), 0) as equal_hits,
    avg(case when is_in_frame then weight end) as mean_weight,
    max(case when is_in_frame then share_taken end) as frame_share
from options
group by
    source_system, period_grain, period_start, period_end, score_name, inspection_rate, declarations, rate_today
