-- Released on the local day of acceptance. What is not released stays in the denominator.
with counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        declarations.channel,
        cast({{ is_released_same_day('declarations') }} as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    where declarations.has_release_times
)

{{ kpi_proportion('FAC03', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
