{{ config(materialized='table') }}

-- The inspections of declarations by type, in the strata of the random draw: those of the draw, those outside its
-- frame, and those chosen by risk. A declaration inspected twice by one type counts once.
with declarations as (
    select * from {{ ref('int_random_draws_judged') }}
),

inspected as (
    select
        source_system,
        declaration_id,
        inspection_type,
        bool_or(is_hit) as is_hit,
        bool_or(selection_reason in ('criteria', 'model')) as is_by_risk,
        bool_or(is_hit and selection_reason in ('criteria', 'model')) as is_hit_by_risk
    from {{ ref('int_inspections_judged') }}
    where
        is_resolved
        and inspection_type is not null
    group by source_system, declaration_id, inspection_type
)

select
    declarations.source_system,
    declarations.quarter_on,
    declarations.office_code,
    declarations.regime,
    declarations.channel_before,
    declarations.random_probability,
    inspected.inspection_type,
    count(*) filter (where declarations.is_drawn) as inspected_drawn,
    count(*) filter (where declarations.is_drawn and inspected.is_hit) as hits_drawn,
    count(*) filter (where not declarations.is_in_frame) as inspected_outside,
    count(*) filter (where not declarations.is_in_frame and inspected.is_hit) as hits_outside,
    count(*) filter (where inspected.is_by_risk) as inspected_by_risk,
    count(*) filter (where inspected.is_hit_by_risk) as hits_by_risk
from declarations
inner join inspected
    on declarations.source_system = inspected.source_system
    and declarations.declaration_id = inspected.declaration_id
group by
    declarations.source_system,
    declarations.quarter_on,
    declarations.office_code,
    declarations.regime,
    declarations.channel_before,
    declarations.random_probability,
    inspected.inspection_type
