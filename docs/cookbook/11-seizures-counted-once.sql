-- Question: How many seizures are there by category, and how many in all?
-- Level: intermediate
-- Teaches: A seizure of several categories counts once in each and once in all, so the parts exceed the whole.
select
    source_system,
    category_name as category,
    sum(category_events) as seizures
from seizure_statistics
where not is_published_sum
group by source_system, category_name

union all

select
    source_system,
    'all categories' as category,
    sum(total_events) as seizures
from seizure_statistics
where not is_published_sum
group by source_system
order by source_system asc, seizures desc
