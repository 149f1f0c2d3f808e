-- Question: Are authorised operators inspected less and released sooner than others?
-- Level: intermediate
-- Teaches: Join an operator as it stood on the day, not as it stands now.
select
    declarations.source_system,
    declarations.regime,
    coalesce(operators.is_aeo, false) as is_aeo,
    count(*) as declarations,
    round(100 * avg(declarations.was_inspected::int), 1) as inspected_percent,
    round(median(declarations.release_hours), 2) as median_release_hours
from fct_declarations as declarations
inner join dim_operator as operators
    on
    declarations.source_system = operators.source_system
    and declarations.importer_id = operators.operator_id
    and declarations.accepted_on >= operators.valid_from
    and declarations.accepted_on <= coalesce(operators.valid_to, declarations.accepted_on)
where not declarations.is_invalidated
group by all
order by declarations.source_system, declarations.regime, is_aeo
