-- Seizures of cargo beside what arrived: a seizure on the day it was made, a consignment on that of its arrival.
with seizures as (
    select distinct
        source_system,
        seizure_id,
        seized_month_on,
        transport_mode
    from {{ ref('fct_seizure_lines') }}
    where
        is_standing
        and traffic = 'cargo'
        and house_document_id is not null
),

consignments as (
    select * from {{ ref('fct_cargo_manifests') }}
),

counted as (
    select
        source_system,
        seized_month_on as counted_on,
        transport_mode,
        1 as numerator,
        0 as denominator
    from seizures
    where source_system in (select known.source_system from consignments as known)
    union all
    select
        source_system,
        arrived_on as counted_on,
        transport_mode,
        0 as numerator,
        1 as denominator
    from consignments
)

{{ kpi_ratio('SAF04', ['all', 'transport_mode'], scale=10000) }}
