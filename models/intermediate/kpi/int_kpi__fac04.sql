-- What waits long: local days from acceptance to release, or to the day of reference.
with counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        declarations.channel,
        cast(
            {{ days_waited('declarations') }}
            >= {{ kpi_parameter('FAC04', 'release_days') }} as integer
        ) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    where declarations.has_release_times
)

{{ kpi_proportion('FAC04', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
