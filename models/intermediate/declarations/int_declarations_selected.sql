-- How each declaration was selected. Only sources that report selection have rows here, so that
-- "not selected" and "not supplied" stay apart.
with declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

events as (
    select * from {{ ref('int_selection_events_judged') }}
),

-- The newest version speaks first, then the source's own mark, then the strictest channel.
ranked as (
    select
        *,
        row_number() over (
            partition by source_system, declaration_id
            order by version desc, is_primary desc nulls last, strictness_after desc, sequence asc
        ) as reason_rank
    from events
    where is_selecting
),

primary_reasons as (
    select * from ranked
    where reason_rank = 1
),

draws as (
    select
        source_system,
        declaration_id,
        bool_or(in_random_frame) as is_in_random_frame,
        bool_or(random_drawn) as is_random_drawn
    from events
    group by source_system, declaration_id
)

select
    declarations.source_system,
    declarations.declaration_id,
    primary_reasons.reason as primary_selection_reason,
    primary_reasons.rule_code as primary_rule_code,
    primary_reasons.rule_version as primary_rule_version,
    primary_reasons.reason is not null as is_selected,
    coalesce(primary_reasons.reason in ('criteria', 'model'), false) as is_risk_selected,
    coalesce(draws.is_in_random_frame, false) as is_in_random_frame,
    coalesce(draws.is_random_drawn, false) as is_random_drawn
from declarations
left join primary_reasons
    on declarations.source_system = primary_reasons.source_system
    and declarations.declaration_id = primary_reasons.declaration_id
left join draws
    on declarations.source_system = draws.source_system
    and declarations.declaration_id = draws.declaration_id
where declarations.source_system in (select events.source_system from events)
