-- Released on the local day of acceptance. What is not released stays in the denominator.
with counted as (
    select
        source_system,
        accepted_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(coalesce(released_on <= accepted_on, false) as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }}
    where has_release_times
)

{{ kpi_proportion('FAC03', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
