-- Which part of the offences of the frame is found. The more was missed the less was found of all, so the limits
-- change places.
with estimated as (
    select
        source_system,
        period_grain,
        period_start,
        scope_type,
        scope_value,
        found_offences as numerator,
        found_offences + missed_offences as denominator,
        100 * found_offences / nullif(found_offences + missed_offences, 0) as value,
        100 * found_offences / nullif(found_offences + missed_upper, 0) as lower,
        100 * found_offences / nullif(found_offences + missed_lower, 0) as upper,
        case
            when is_upper_bound_only then 'At least the lower limit: the random inspections found nothing'
            else reason
        end as reason
    from {{ ref('int_missed_offences_estimated') }}
    where frame_declarations > 0
)

{{ kpi_estimate('SEL07') }}
