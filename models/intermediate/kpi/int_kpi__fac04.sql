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
            {{ days_between('declarations.accepted_on', 'coalesce(declarations.released_on, declarations.as_of)') }}
            >= limits.amount as integer
        ) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    inner join {{ ref('kpi_parameters') }} as limits
        on limits.kpi_code = 'FAC04' and limits.parameter = 'release_days'
    where declarations.has_release_times
)

{{ kpi_proportion('FAC04', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
