-- Question: Do consignments on a route that their importer never used before offend more often?
-- Level: advanced
-- Teaches: First occurrence by a window; a hit rate needs resolved inspections only.
with ordered as (
    select
        source_system,
        is_hit,
        row_number() over (
            partition by source_system, importer_id, route order by accepted_at, declaration_id
        ) as nth_of_route,
        row_number() over (
            partition by source_system, importer_id order by accepted_at, declaration_id
        ) as nth_of_importer
    from fct_declarations
    where not is_invalidated and importer_id is not null and route is not null
)

select
    source_system,
    case
        when nth_of_importer = 1 then 'first declaration'
        when nth_of_route = 1 then 'first on this route'
        when nth_of_route <= 5 then '2nd to 5th on this route'
        else 'known route'
    end as experience,
    count(*) as declarations,
    count(is_hit) as inspected,
    count(*) filter (where is_hit) as hits,
    round(100 * hits / nullif(inspected, 0), 2) as hit_rate_percent
from ordered
group by all
order by source_system asc, hit_rate_percent desc nulls last
