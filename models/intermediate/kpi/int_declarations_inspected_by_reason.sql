{{ config(materialized='table') }}

-- The unit of hit rates: a declaration and a reason to inspect it, on the day of its last result. Inspected
-- twice for one reason it counts once, for two reasons once under each.
with inspections as (
    select * from {{ ref('fct_inspections') }}
    where
        is_resolved
        and selection_reason is not null
),

declarations as (
    select * from {{ ref('fct_declarations') }}
    where not is_invalidated
),

categories as (
    select * from {{ ref('seizure_categories') }}
),

judged as (
    select
        inspections.source_system,
        inspections.declaration_id,
        inspections.selection_reason,
        bool_or(inspections.is_risk_selected) as is_risk_selected,
        coalesce(bool_or(inspections.is_security_selected), false) as is_security_selected,
        bool_or(inspections.is_hit) as is_hit,
        bool_or(inspections.is_hit and coalesce(categories.category_group = 'safety_and_security', false))
            as is_security_hit,
        bool_or(inspections.is_hit and coalesce(inspections.severity = 'serious', false)) as is_serious_hit,
        max(inspections.result_on) as result_on
    from inspections
    left join categories
        on inspections.offence_category_code = categories.category_code
    group by inspections.source_system, inspections.declaration_id, inspections.selection_reason
)

select
    judged.*,
    declarations.office_code,
    declarations.regime,
    declarations.transport_mode,
    declarations.channel_final as channel
from judged
inner join declarations
    on judged.source_system = declarations.source_system
    and judged.declaration_id = declarations.declaration_id
