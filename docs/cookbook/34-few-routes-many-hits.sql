-- Question: How many routes bring half of all hits?
-- Level: advanced
-- Teaches: A running share over a ranking (Pareto).
with routes as (
    select
        source_system,
        route_name,
        count(*) as declarations,
        count(*) filter (where is_hit) as hits
    from fct_declarations
    where not is_invalidated and route is not null
    group by all
)

select
    source_system,
    row_number() over ranking as place,
    route_name,
    declarations,
    hits,
    round(100 * sum(hits) over ranking / sum(hits) over (partition by source_system), 1) as running_percent_of_hits,
    round(100 * sum(declarations) over ranking / sum(declarations) over (partition by source_system), 1)
        as running_percent_of_declarations
from routes
window
    ranking as (
        partition by source_system order by hits desc, declarations asc, route_name asc
        rows between unbounded preceding and current row
    )
qualify sum(hits) over ranking - hits < sum(hits) over (partition by source_system) / 2
order by source_system, place
