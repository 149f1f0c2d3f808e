{{ config(materialized='incremental', unique_key='declaration_id') }}

-- What the random draw did with each declaration, and what came of it. The first draw decides, whatever
-- happened later; a draw without its probability cannot be weighted, so it is none.
with declarations as (
    select declarations.* from {{ ref('int_declarations_collapsed') }} as declarations
    {{ only_due('declarations') }}
),

inspections as (
    select * from {{ ref('int_declarations_inspected') }}
),

seizures as (
    select * from {{ ref('int_declarations_seized') }}
),

draws as (
    select
        *,
        row_number() over (partition by source_system, declaration_id order by version asc, sequence asc)
            as draw_rank
    from {{ ref('int_selection_events_unioned') }}
    where
        reason = 'random'
        and in_random_frame
        and random_probability > 0
)

select
    declarations.source_system,
    declarations.declaration_id,
    {{ first_of('quarter', 'coalesce(declarations.accepted_on, declarations.lodged_on)') }} as quarter_on,
    declarations.office_code,
    declarations.regime,
    draws.channel_before,
    draws.random_probability,
    draws.declaration_id is not null as is_in_frame,
    coalesce(draws.random_drawn, false) as is_drawn,
    coalesce(draws.random_drawn and inspections.was_inspected, false) as is_inspected,
    coalesce(draws.random_drawn and inspections.is_hit, false) as is_hit,
    coalesce(draws.random_drawn and inspections.has_formal_offence and not inspections.is_hit, false)
        as is_formal_only,
    draws.declaration_id is not null
    and (coalesce(inspections.is_hit, false) or coalesce(seizures.has_seizure, false)) as is_found,
    draws.declaration_id is null
    and not coalesce(declarations.status = 'invalidated', false)
    and not inspections.was_inspected as is_uninspected_outside
from declarations
left join draws
    on declarations.source_system = draws.source_system
    and declarations.declaration_id = draws.declaration_id
    and draws.draw_rank = 1
left join inspections
    on declarations.source_system = inspections.source_system
    and declarations.declaration_id = inspections.declaration_id
left join seizures
    on declarations.source_system = seizures.source_system
    and declarations.declaration_id = seizures.declaration_id
where
    declarations.accepted_on is not null
    or (draws.declaration_id is not null and declarations.lodged_on is not null)
