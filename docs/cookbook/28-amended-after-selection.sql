-- Question: Are declarations that were amended after they were selected worth a second look?
-- Level: advanced
-- Teaches: Versions: events belong to the version they judged, the declaration row to the last.
with selections as (
    select
        source_system,
        declaration_id,
        min(version) as version_selected
    from fct_selection_events
    where is_selecting
    group by all
)

select
    declarations.source_system,
    case
        when declarations.version > selections.version_selected then 'amended after selection'
        when declarations.is_amended then 'amended before'
        else 'never amended'
    end as amendment,
    count(*) as selected,
    count(declarations.is_hit) as inspected,
    round(100 * avg(declarations.is_hit::int), 2) as hit_rate_percent
from fct_declarations as declarations
inner join selections
    on
    declarations.source_system = selections.source_system
    and declarations.declaration_id = selections.declaration_id
where not declarations.is_invalidated
group by all
order by declarations.source_system asc, selected desc
