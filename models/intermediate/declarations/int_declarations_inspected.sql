{{ config(materialized='incremental', unique_key='declaration_id') }}

-- What the inspections of each declaration came to. Only sources that report inspections have rows
-- here, so that "not inspected" and "not supplied" stay apart.
with declarations as (
    select declarations.* from {{ ref('int_declarations_collapsed') }} as declarations
    {{ only_due('declarations') }}
),

inspections as (
    select * from {{ ref('int_inspections_judged') }}
),

outcomes as (
    select
        source_system,
        declaration_id,
        bool_or(is_resolved) as was_inspected,
        bool_or(is_resolved and inspection_type = 'physical') as was_physically_inspected,
        bool_or(is_hit) as is_hit,
        bool_or(has_formal_offence) as has_formal_offence,
        bool_or(is_hit and severity = 'serious') as has_serious_offence,
        count(*) as inspection_count,
        sum(additional_duty_national) as additional_duty_national,
        max(result_on) as last_result_on
    from inspections
    where declaration_id is not null
    group by source_system, declaration_id
)

select
    declarations.source_system,
    declarations.declaration_id,
    coalesce(outcomes.was_inspected, false) as was_inspected,
    case
        when outcomes.declaration_id is null then false
        else outcomes.was_physically_inspected
    end as was_physically_inspected,
    outcomes.is_hit,
    outcomes.has_formal_offence,
    outcomes.has_serious_offence,
    cast(coalesce(outcomes.inspection_count, 0) as integer) as inspection_count,
    cast(outcomes.additional_duty_national as decimal(18, 2)) as additional_duty_national,
    outcomes.last_result_on
from declarations
left join outcomes
    on declarations.source_system = outcomes.source_system
    and declarations.declaration_id = outcomes.declaration_id
where declarations.source_system in (select inspections.source_system from inspections)
