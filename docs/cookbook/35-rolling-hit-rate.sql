-- Question: Is the hit rate of risk-selected inspections rising or falling, day by day over four weeks?
-- Level: advanced
-- Teaches: A window over days, not rows: RANGE with an interval bridges days without results.
with days as (
    select
        source_system,
        result_on,
        count(distinct declaration_id) as inspected,
        count(distinct declaration_id) filter (where is_hit) as hits
    from fct_inspections
    where is_resolved and is_risk_selected
    group by all
)

select
    source_system,
    result_on,
    sum(inspected) over four_weeks as inspected_in_28_days,
    sum(hits) over four_weeks as hits_in_28_days,
    round(100 * sum(hits) over four_weeks / sum(inspected) over four_weeks, 2) as hit_rate_percent
from days
window
    four_weeks as (
        partition by source_system order by result_on
        range between interval 27 days preceding and current row
    )
order by source_system, result_on
