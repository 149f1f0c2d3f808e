-- Question: Does an importer's record, as known on the day, tell what the next inspection finds?
-- Level: advanced
-- Teaches: History without hindsight: an ASOF join takes the record before the day, never after.
with results as (
    select
        source_system,
        importer_id,
        last_result_on,
        count(*) as results,
        count(*) filter (where is_hit) as hits
    from fct_declarations
    where last_result_on is not null and importer_id is not null
    group by all
),

records as (
    select
        source_system,
        importer_id,
        last_result_on,
        sum(results) over career as inspected_so_far,
        sum(hits) over career as hits_so_far
    from results
    window career as (partition by source_system, importer_id order by last_result_on)
)

select
    declarations.source_system,
    case
        when coalesce(records.inspected_so_far, 0) = 0 then 'never inspected'
        when records.hits_so_far = 0 then 'inspected, clean'
        when records.hits_so_far = 1 then 'one hit'
        else 'several hits'
    end as record_on_the_day,
    count(*) as declarations,
    count(declarations.is_hit) as inspected,
    round(100 * avg(declarations.is_hit::int), 2) as hit_rate_percent
from fct_declarations as declarations
asof left join records
    on
    declarations.source_system = records.source_system
    and declarations.importer_id = records.importer_id
    and declarations.accepted_on > records.last_result_on
where not declarations.is_invalidated and declarations.importer_id is not null
group by all
order by declarations.source_system asc, hit_rate_percent desc nulls last
