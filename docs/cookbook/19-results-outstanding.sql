-- Question: How many inspections were ordered and still have no result, and for how long?
-- Level: intermediate
-- Teaches: Age from the source's reference day, in bands.
select
    inspections.source_system,
    inspections.office_name,
    inspections.result,
    case
        when sources.as_of_on - inspections.ordered_on > 30 then 'over 30 days'
        when sources.as_of_on - inspections.ordered_on > 7 then '8 to 30 days'
        else 'up to 7 days'
    end as age,
    count(*) as inspections
from fct_inspections as inspections
inner join dim_source as sources on inspections.source_system = sources.source_system
where not inspections.is_resolved and inspections.ordered_on is not null
group by all
order by inspections.source_system asc, inspections desc
