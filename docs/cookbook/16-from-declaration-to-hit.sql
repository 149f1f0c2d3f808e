-- Question: Of all declarations, how many are selected, inspected, found to offend, and found seriously so?
-- Level: intermediate
-- Teaches: A funnel: each step is a part of the one before, counted on the same declarations.
select
    source_system,
    regime,
    count(*) as declared,
    count(*) filter (where is_selected) as selected,
    count(*) filter (where is_selected and was_inspected) as inspected,
    count(*) filter (where is_selected and is_hit) as hits,
    count(*) filter (where is_selected and is_hit and has_serious_offence) as serious_hits,
    round(100 * selected / declared, 1) as selected_percent,
    round(100 * inspected / nullif(selected, 0), 1) as inspected_of_selected_percent,
    round(100 * hits / nullif(inspected, 0), 1) as hits_of_inspected_percent
from fct_declarations
where not is_invalidated
group by all
order by source_system, declared desc
