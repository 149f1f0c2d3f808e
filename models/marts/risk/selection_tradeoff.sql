-- What would have been found at each rate of inspection, by score, by today's rules and by chance, and what a part
-- left to chance or to goods never inspected costs and teaches. Only the random part is uncertain; what was inspected
-- outside of the frame is known but for what was left undone.
with options as (
    select
        *,
        case when random_labels > 0 then found_outside + found_in_frame end as found,
        case
            when random_labels > 0
                then
                    found_outside
                    + found_in_frame * coalesce({{ count_lower('equal_hits') }} / nullif(equal_hits, 0), 0)
        end as found_lower,
        case
            when random_labels = 0 then null
            when equal_hits > 0 then found_outside + found_in_frame * {{ count_upper('equal_hits') }} / equal_hits
            else found_outside + frame_share * mean_weight * {{ count_upper('0') }}
        end as found_upper
    from {{ ref('int_selection_options_summed') }}
)

select
    source_system,
    period_grain,
    period_start,
    period_end,
    score_name,
    inspection_rate,
    declarations,
    round(rate_today, 6) as rate_today,
    round(inspection_rate * declarations, 6) as inspections,
    round(found, 6) as found_offences,
    round(found_lower, 6) as found_offences_lower,
    round(found_upper, 6) as found_offences_upper,
    case when random_labels > 0 then round(all_offences, 6) end as all_offences,
    round(found / nullif(all_offences, 0), 6) as found_share,
    round(found / nullif(inspection_rate * declarations, 0), 6) as expected_hit_rate,
    round(known_inspected, 6) as known_inspected,
    round(known_hits, 6) as known_hits,
    round(known_hits / nullif(known_inspected, 0), 6) as known_hit_rate,
    round(random_hits, 6) as random_hits,
    round(
        max(case when score_name = 'indicators' then found end) over (
            partition by source_system, period_grain, period_start, inspection_rate
        ) - found, 6
    ) as given_up_offences,
    round(first_inspections, 6) as first_inspections,
    case when random_labels > 0 then round({{ count_margin('found_by_lot') }}, 6) end as estimate_margin,
    case when random_labels = 0 then 'No random inspection says what was not chosen would hold' end as reason
from options
