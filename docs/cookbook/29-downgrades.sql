-- Question: Where do officers move declarations to a lighter channel, and what was found in those?
-- Level: advanced
-- Teaches: Events joined to outcomes; a semi-join by EXISTS keeps each declaration once.
select
    declarations.source_system,
    declarations.office_name,
    count(*) as selected,
    count(*) filter (where declarations.downgraded) as moved_to_lighter,
    round(100 * moved_to_lighter / selected, 2) as lighter_percent,
    count(*) filter (where declarations.downgraded and declarations.is_hit) as hits_among_lighter
from (
    select
        *,
        exists(
            select 1 from fct_selection_events as events
            where
                events.source_system = fct_declarations.source_system
                and events.declaration_id = fct_declarations.declaration_id
                and events.is_downgrade
        ) as downgraded
    from fct_declarations
    where is_selected and not is_invalidated
) as declarations
group by all
order by lighter_percent desc
