-- Question: How much was seized of each kind of goods?
-- Level: intermediate
-- Teaches: Quantities of different units are never added: the unit is part of the group.
select
    source_system,
    category_name,
    subcategory,
    unit,
    sum(events) as seizures,
    round(sum(quantity), 1) as quantity
from seizure_statistics
where quantity is not null
group by all
order by source_system asc, category_name asc, seizures desc
