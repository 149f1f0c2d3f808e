-- Movements that did not end in time, of those due, at the office of destination.
with movements as (
    select * from {{ ref('fct_transit_movements') }}
    where is_due
),

declarations as (
    select * from {{ ref('fct_declarations') }}
    where is_invalidated
),

counted as (
    select
        movements.source_system,
        movements.due_on as counted_on,
        movements.office_destination as office_code,
        cast(movements.is_overdue as integer) as numerator,
        1 as denominator
    from movements
    left join declarations
        on movements.source_system = declarations.source_system
        and movements.declaration_id = declarations.declaration_id
    where declarations.declaration_id is null
)

{{ kpi_proportion('SAF20', ['all', 'office']) }}
