-- Whether an inspection would be the first of its kind: no earlier one looked at goods of the same subheading, from the
-- same origin, sent from the same country. What it teaches, no record tells yet.
with items as (
    select
        items.source_system,
        items.declaration_id,
        declarations.accepted_on,
        min(case when declarations.was_inspected then declarations.accepted_on end) over (
            partition by items.source_system, items.hs6, items.country_origin, items.country_dispatch
        ) as first_inspected_on
    from {{ ref('fct_declaration_items') }} as items
    inner join {{ ref('fct_declarations') }} as declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
)

select
    source_system,
    declaration_id,
    max(case when first_inspected_on < accepted_on then 0 else 1 end) = 1 as is_untested
from items
group by source_system, declaration_id
