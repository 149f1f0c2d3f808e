-- Whether cargo is known before it arrives: its first valid filing against its arrival.
with counted as (
    select
        source_system,
        arrived_on as counted_on,
        transport_mode,
        cast(first_lodged_at < arrived_at as integer) as numerator,
        1 as denominator
    from {{ ref('fct_cargo_manifests') }}
)

{{ kpi_proportion('SAF13', ['all', 'transport_mode']) }}
