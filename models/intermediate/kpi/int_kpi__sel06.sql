-- What was probably missed. Where the random inspections found nothing there is no figure, only a most: nothing
-- found by chance is no proof of nothing there.
with estimated as (
    select
        source_system,
        period_grain,
        period_start,
        scope_type,
        scope_value,
        missed_offences as numerator,
        null as denominator,
        missed_offences as value,
        missed_lower as lower,
        missed_upper as upper,
        case
            when is_upper_bound_only then 'At most the upper limit: the random inspections found nothing'
            else reason
        end as reason
    from {{ ref('int_missed_offences_estimated') }}
    where frame_declarations > 0
)

{{ kpi_estimate('SEL06', ['all', 'office', 'regime']) }}
