-- Question: Which KPI is furthest from its target in the last complete quarter?
-- Level: advanced
-- Teaches: Distances in the unit of each KPI cannot be ranked; in percent of the target they can.
with latest as (
    select *
    from fct_kpi_values
    where period_grain = 'quarter' and scope_type = 'all' and not is_provisional and value is not null
    qualify period_start = max(period_start) over (partition by source_system)
)

select
    source_system,
    kpi_code,
    kpi_name,
    unit,
    period_start,
    value,
    target,
    target_upper,
    direction,
    status,
    round(
        100 * case
            when direction = 'up' then target - value
            when direction = 'down' then value - target
            else greatest(target - value, value - target_upper)
        end / nullif(target, 0), 1
    ) as percent_past_target,
    data_state
from latest
where target is not null
order by percent_past_target desc nulls last
