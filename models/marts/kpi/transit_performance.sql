-- Whether transit ends in time, by office of destination and month of the time limit, as SAF20 counts it.
with movements as (
    select movements.*
    from {{ ref('fct_transit_movements') }} as movements
    left join {{ ref('fct_declarations') }} as declarations
        on movements.source_system = declarations.source_system
        and movements.declaration_id = declarations.declaration_id
    where
        movements.is_due
        and not coalesce(declarations.is_invalidated, false)
)

select
    movements.source_system,
    {{ first_of('month', 'movements.due_on') }} as month_on,
    movements.office_destination as office_code,
    destination.office_name,
    count(*) as movements_due,
    count(*) filter (where movements.is_overdue) as overdue,
    count(*) filter (where movements.is_overdue and movements.is_discharged) as discharged_late,
    count(*) filter (where not movements.is_discharged) as not_discharged,
    count(*) filter (where not movements.is_seal_intact) as seals_broken,
    round(sum(movements.transit_hours), 6) as transit_hours,
    count(movements.transit_hours) as movements_timed
from movements
inner join {{ ref('dim_office') }} as destination
    on movements.source_system = destination.source_system
    and movements.office_destination = destination.office_code
group by movements.source_system, month_on, movements.office_destination, destination.office_name
