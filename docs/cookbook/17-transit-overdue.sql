-- Question: From which offices does transit arrive late or not at all?
-- Level: intermediate
-- Teaches: Count only what is due: a movement still within its time is neither good nor bad.
select
    movements.source_system,
    offices.office_name as office_of_departure,
    count(*) as due,
    count(*) filter (where movements.is_overdue) as late_or_open,
    round(100 * late_or_open / due, 1) as late_percent,
    round(median(movements.transit_hours), 1) as median_transit_hours
from fct_transit_movements as movements
inner join dim_office as offices
    on movements.source_system = offices.source_system and movements.office_departure = offices.office_code
where movements.is_due
group by all
order by late_percent desc
