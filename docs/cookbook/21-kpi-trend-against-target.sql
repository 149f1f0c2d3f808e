-- Question: How does each KPI move against its target, quarter by quarter?
-- Level: intermediate
-- Teaches: One source, one grain, one scope before any comparison; provisional quarters are marked.
select
    source_system,
    kpi_code,
    kpi_name,
    unit,
    period_start,
    round(value, 2) as value,
    round(lower, 2) as value_at_least,
    round(upper, 2) as value_at_most,
    target,
    target_upper,
    status,
    round(change_on_previous, 2) as change_on_previous,
    is_provisional,
    data_state
from fct_kpi_values
where period_grain = 'quarter' and scope_type = 'all' and target is not null and value is not null
order by source_system, kpi_code, period_start
