-- Declarations, inspections and seizures in the marts against those that staging accepted.
with staged as (
    select
        'declarations' as entity,
        source_system,
        count(distinct declaration_id) as accepted
    from {{ ref('int_declarations_unioned') }}
    group by source_system
    union all
    select
        'inspections' as entity,
        source_system,
        count(*) as accepted
    from {{ ref('int_inspections_unioned') }}
    group by source_system
    union all
    select
        'seizures' as entity,
        source_system,
        count(distinct seizure_id) as accepted
    from {{ ref('int_seizures_unioned') }}
    group by source_system
),

in_marts as (
    select
        'declarations' as entity,
        source_system,
        count(*) as found
    from {{ ref('fct_declarations') }}
    group by source_system
    union all
    select
        'inspections' as entity,
        source_system,
        count(*) as found
    from {{ ref('fct_inspections') }}
    group by source_system
    union all
    select
        'seizures' as entity,
        source_system,
        count(distinct seizure_id) as found
    from {{ ref('fct_seizure_lines') }}
    group by source_system
)

select
    staged.entity,
    staged.source_system,
    staged.accepted,
    in_marts.found
from staged
left join in_marts
    on staged.entity = in_marts.entity
    and staged.source_system = in_marts.source_system
where staged.accepted is distinct from in_marts.found
