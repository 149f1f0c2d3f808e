-- The inspections that KPIs count: all but those of invalidated declarations. Goods held under a house document
-- alone have no declaration and stay.
with inspections as (
    select * from {{ ref('fct_inspections') }}
),

declarations as (
    select * from {{ ref('fct_declarations') }}
)

select
    inspections.*,
    declarations.channel_final as channel
from inspections
left join declarations
    on inspections.source_system = declarations.source_system
    and inspections.declaration_id = declarations.declaration_id
where not coalesce(declarations.is_invalidated, false)
