-- Whether there was time to act: the first valid filing within the lead time of its kind, mode and voyage.
with counted as (
    select
        source_system,
        arrived_on as counted_on,
        transport_mode,
        cast(is_on_time as integer) as numerator,
        1 as denominator
    from {{ ref('fct_cargo_manifests') }}
)

{{ kpi_proportion('SAF14', ['all', 'transport_mode']) }}
