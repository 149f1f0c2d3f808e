-- Question: Which way of choosing finds offences, and how sure are we?
-- Level: intermediate
-- Teaches: A rate with its 95 % Wilson interval (1.96 squared is 3.8416); distinct declarations, not inspections.
with counted as (
    select
        source_system,
        selection_reason,
        count(distinct declaration_id) as inspected,
        count(distinct declaration_id) filter (where is_hit) as hits
    from fct_inspections
    where is_resolved
    group by all
)

select
    source_system,
    coalesce(selection_reason, 'not stated') as selection_reason,
    inspected,
    hits,
    round(100 * hits / inspected, 1) as hit_rate_percent,
    round(
        100 * (hits + 1.9208 - 1.96 * sqrt(hits * (inspected - hits) / inspected + 0.9604)) / (inspected + 3.8416), 1
    ) as at_least_percent,
    round(
        100 * (hits + 1.9208 + 1.96 * sqrt(hits * (inspected - hits) / inspected + 0.9604)) / (inspected + 3.8416), 1
    ) as at_most_percent
from counted
order by source_system asc, hit_rate_percent desc
