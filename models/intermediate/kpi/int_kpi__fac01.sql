-- From the arrival of the goods to their release; what was released before it arrived did not wait.
with counted as (
    select
        source_system,
        released_on as counted_on,
        office_code,
        transport_mode,
        channel,
        greatest({{ hours_between('arrived_at', 'released_at') }}, 0) as measure
    from {{ ref('int_declarations_counted') }}
    where
        regime = 'import'
        and arrived_at is not null
)

{{ kpi_quantile('FAC01', ['all', 'office', 'transport_mode', 'channel'], share=0.5) }}
