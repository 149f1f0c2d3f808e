-- What was declared on each route (origin, heading, mode) in the period.
select
    declarations.source_system,
    items.country_origin,
    left(items.hs6, 4) as heading_code,
    declarations.transport_mode,
    count(distinct declarations.declaration_id) as declarations,
    count(*) as items,
    cast(sum(items.customs_value_national) as decimal(18, 2)) as customs_value_national
from {{ ref('int_declarations_counted') }} as declarations
inner join {{ ref('int_periods_compared') }} as windows
    on declarations.source_system = windows.source_system
    and declarations.accepted_on > windows.period_after
    and declarations.accepted_on <= windows.period_to
inner join {{ ref('fct_declaration_items') }} as items
    on declarations.source_system = items.source_system
    and declarations.declaration_id = items.declaration_id
    and items.country_origin is not null
    and items.hs6 is not null
where declarations.transport_mode is not null
group by declarations.source_system, items.country_origin, left(items.hs6, 4), declarations.transport_mode
