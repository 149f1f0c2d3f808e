{{ config(materialized='table') }}

-- What each inspection came to. A formal error is no hit; an offence of unknown severity is one.
with inspections as (
    select * from {{ ref('int_inspections_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

sources as (
    select * from {{ ref('sources') }}
),

resolved as (
    select
        *,
        type as inspection_type,
        additional_duty as additional_duty_national,
        penalty as penalty_national,
        result in ('compliant', 'non_compliant') as is_resolved,
        coalesce(severity = 'formal', false) as is_formal
    from inspections
)

select
    resolved.*,
    case when resolved.is_resolved then resolved.result = 'non_compliant' and not resolved.is_formal end as is_hit,
    case when resolved.is_resolved then resolved.result = 'non_compliant' and resolved.is_formal end
        as has_formal_offence,
    {{ local_day('resolved.ordered_at', 'coalesce(declarations.time_zone, sources.time_zone)') }} as ordered_on,
    case
        when resolved.is_resolved
            then coalesce(
                {{ local_day('resolved.result_recorded_at', 'coalesce(declarations.time_zone, sources.time_zone)') }},
                declarations.declared_on
            )
    end as result_on
from resolved
inner join sources
    on resolved.source_system = sources.source_system
left join declarations
    on resolved.source_system = declarations.source_system
    and resolved.declaration_id = declarations.declaration_id
