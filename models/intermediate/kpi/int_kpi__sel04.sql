-- How much offending there is in what nobody chose: the offences estimated from the random draw, of its frame.
with estimated as (
    select
        source_system,
        period_grain,
        period_start,
        scope_type,
        scope_value,
        estimated_offences as numerator,
        frame_declarations as denominator,
        {{ percent_at_most_all('estimated_offences', 'frame_declarations') }} as value,
        {{ percent_at_most_all('estimated_lower', 'frame_declarations') }} as lower,
        {{ percent_at_most_all('estimated_upper', 'frame_declarations') }} as upper,
        reason
    from {{ ref('int_missed_offences_estimated') }}
    where frame_declarations > 0
)

{{ kpi_estimate('SEL04', ['all', 'office', 'regime']) }}
