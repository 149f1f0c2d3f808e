{{ config(tags=['after_check']) }}

-- Each figure beside the one of the period before and of the same period a year before. The frame has no holes, so
-- a period earlier is a row earlier.
select
    *,
    lag(value) over earlier as previous_value,
    case period_grain
        when 'month' then lag(value, 12) over earlier
        when 'quarter' then lag(value, 4) over earlier
        when 'year' then lag(value) over earlier
    end as year_before_value
from {{ ref('int_kpi_values_completed') }}
window earlier as (
    partition by source_system, kpi_code, kpi_version, period_grain, scope_type, scope_value
    order by period_start
)
