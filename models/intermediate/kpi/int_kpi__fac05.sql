-- What is stuck: not released when a month is over, also where it was released later.
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
            > {{ kpi_parameter('FAC05', 'release_days') }} as integer
        ) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    where declarations.has_release_times
)

{{ kpi_proportion('FAC05', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
