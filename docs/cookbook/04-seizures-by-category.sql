-- Question: What was seized, by category?
-- Level: simple
-- Teaches: A seizure has many lines: count distinct seizures, of standing lines only.
select
    source_system,
    category_name,
    category_group,
    count(distinct seizure_id) as seizures
from fct_seizure_lines
where is_standing
group by all
order by seizures desc
