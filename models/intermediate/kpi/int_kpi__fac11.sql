-- What customs itself takes: from acceptance to release.
with counted as (
    select
        source_system,
        released_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        {{ hours_between('accepted_at', 'released_at') }} as measure
    from {{ ref('int_declarations_counted') }}
)

{{ kpi_quantile('FAC11', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
