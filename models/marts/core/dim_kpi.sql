select
    kpi_code,
    cast(kpi_version as integer) as kpi_version,
    kpi_name,
    dimension,
    topic,
    objective_code,
    question,
    numerator,
    denominator,
    unit,
    unit_of_count,
    time_basis,
    direction
from {{ ref('kpis') }}
