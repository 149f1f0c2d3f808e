with kpis as (
    select * from {{ ref('kpis') }}
),

inputs as (
    select
        kpi_code,
        {{ listed_together('entity') }} as data_source
    from {{ ref('kpi_inputs') }}
    group by kpi_code
)

select
    kpis.kpi_code,
    cast(kpis.kpi_version as integer) as kpi_version,
    kpis.kpi_name,
    kpis.dimension,
    kpis.topic,
    kpis.objective_code,
    kpis.question,
    kpis.numerator,
    kpis.denominator,
    kpis.unit,
    kpis.unit_of_count,
    kpis.time_basis,
    kpis.direction,
    kpis.kind,
    kpis.scopes,
    cast(kpis.maturity_days as integer) as maturity_days,
    cast(kpis.weight as integer) as weight,
    kpis.owner,
    kpis.legal_basis_code,
    inputs.data_source,
    kpis.considerations
from kpis
left join inputs
    on kpis.kpi_code = inputs.kpi_code
