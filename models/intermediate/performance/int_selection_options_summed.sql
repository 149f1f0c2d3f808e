-- What each way to choose would have found at each rate of inspection. The score takes the top of each month. Today's
-- rules come first as far as they go; chance fills the rest, or a chance part of them is left. To explore is to leave
-- a part of the score's inspections to chance, or first to what was never inspected.
with settings as (
    select {{ setting_named('explored_share') }} as explored_share from {{ ref('comparison_settings') }}
),

rated as (
    select
        summed.*,
        rates.inspection_rate,
        settings.explored_share * rates.inspection_rate as explored_rate,
        summed.thousandth <= round(1000 * rates.inspection_rate, 6) as is_top,
        summed.thousandth <= round(1000 * (1 - settings.explored_share) * rates.inspection_rate, 6) as is_kept
    from {{ ref('int_selection_groups_summed') }} as summed
    cross join {{ ref('inspection_rates') }} as rates
    cross join settings
),

shared as (
    select
        *,
        sum(declarations) over period as all_declarations,
        sum(case when is_taken_today then declarations else 0 end) over period / sum(declarations) over period
            as rate_today,
        sum(case when is_kept then 0 else declarations end) over period as left_over,
        sum(case when is_untested and not is_kept then declarations else 0 end) over period as untested_left,
        explored_rate * sum(declarations) over period as explored
    from rated
    window period as (partition by source_system, period_grain, period_start, inspection_rate)
),

named as (
    select
        shared.*,
        names.score_name
    from shared
    cross join {{ selection_scores() }} as names
),

options as (
    select
        *,
        case
            when score_name = 'chance' then inspection_rate
            when score_name = 'indicators' then case when is_top then 1.0 else 0.0 end
            when score_name = 'rules_today'
                then case
                    when is_taken_today then least(inspection_rate / nullif(rate_today, 0), 1.0)
                    else greatest((inspection_rate - rate_today) / nullif(1 - rate_today, 0), 0.0)
                end
            when is_kept then 1.0
            when score_name = 'indicators_and_chance' then least(explored / left_over, 1.0)
            when is_untested then least(explored / untested_left, 1.0)
            else greatest((explored - untested_left) / nullif(left_over - untested_left, 0), 0.0)
        end as share_taken,
        case
            when score_name = 'chance' then 1.0
            when score_name = 'indicators_and_chance' and not is_kept then 1.0
            else 0.0
        end as share_by_lot
    from named
)

select
    source_system,
    period_grain,
    period_start,
    period_end,
    score_name,
    inspection_rate,
    cast(all_declarations as bigint) as declarations,
    rate_today,
    sum(case when is_in_frame then labels else 0 end) as random_labels,
    sum(share_taken * labels) as known_inspected,
    sum(share_taken * hits) as known_hits,
    sum(case when is_in_frame then share_taken * hits else 0 end) as random_hits,
    sum(weights_of_hits) as all_offences,
    sum(case when is_in_frame then 0 else share_taken * weights_of_hits end) as found_outside,
    sum(case when is_in_frame then share_taken * weights_of_hits else 0 end) as found_in_frame,
    sum(share_taken * share_by_lot * weights_of_hits) as found_by_lot,
    sum(case when is_untested then share_taken * declarations else 0 end) as first_inspections,
    -- As many hits of equal weight as would be as uncertain (Kish).
    power(sum(case when is_in_frame then share_taken * weights_of_hits else 0 end), 2)
    / nullif(sum(case when is_in_frame then power(share_taken, 2) * squares_of_hits else 0 end), 0) as equal_hits,
    sum(case when is_in_frame then weights end) / nullif(sum(case when is_in_frame then labels end), 0) as mean_weight,
    max(case when is_in_frame and labels > 0 then share_taken end) as frame_share
from options
group by
    source_system, period_grain, period_start, period_end, score_name, inspection_rate, all_declarations, rate_today
