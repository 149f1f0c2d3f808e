with movements as (
    select * from {{ ref('int_transit_movements_unioned') }}
),

offices as (
    select * from {{ ref('dim_office') }}
),

days_of_reference as (
    select * from {{ ref('int_source_as_of') }}
),

dated as (
    select
        movements.*,
        {{ local_day('movements.departed_at', 'departure.time_zone') }} as departed_on,
        {{ local_day('movements.due_at', 'destination.time_zone') }} as due_on,
        {{ local_day('movements.discharged_at', 'destination.time_zone') }} as discharged_on,
        days_of_reference.as_of
    from movements
    inner join offices as departure
        on movements.source_system = departure.source_system
        and movements.office_departure = departure.office_code
    inner join offices as destination
        on movements.source_system = destination.source_system
        and movements.office_destination = destination.office_code
    inner join days_of_reference
        on movements.source_system = days_of_reference.source_system
)

-- The day of reference counts to its end: what is due on it is due.
select
    source_system,
    movement_id,
    declaration_id,
    office_departure,
    office_destination,
    discharged_at is not null as is_discharged,
    due_on <= as_of as is_due,
    coalesce(discharged_at > due_at, due_on <= as_of) as is_overdue,
    seal_intact as is_seal_intact,
    {{ hours_between('departed_at', 'discharged_at') }} as transit_hours,
    departed_on,
    due_on,
    discharged_on,
    departed_at,
    due_at,
    discharged_at
from dated
