-- Whether filings say enough to be judged, as they stand.
with counted as (
    select
        source_system,
        arrived_on as counted_on,
        transport_mode,
        cast(is_complete as integer) as numerator,
        1 as denominator
    from {{ ref('fct_cargo_manifests') }}
)

{{ kpi_proportion('SAF15', ['all', 'transport_mode']) }}
