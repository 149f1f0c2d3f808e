-- Question: How many declarations does each office take, by regime?
-- Level: simple
-- Teaches: Count by source, and leave out what was invalidated.
select
    source_system,
    office_name,
    regime,
    count(*) as declarations
from fct_declarations
where not is_invalidated
group by all
order by declarations desc
