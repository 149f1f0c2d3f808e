{{ config(materialized='table') }}

-- Whether the trader of a declaration was an authorised operator on the day of acceptance: by the record that began
-- last of those in force. Without a register of operators nobody's status is known, and the source has no rows.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
),

registered as (
    select * from {{ ref('int_operators_completed') }}
    where is_registered
),

registers as (
    select distinct source_system from registered
),

ranked as (
    select
        declarations.source_system,
        declarations.declaration_id,
        coalesce(registered.is_aeo, false) as is_aeo,
        row_number() over (
            partition by declarations.source_system, declarations.declaration_id
            order by registered.valid_from desc
        ) as record_rank
    from declarations
    inner join registers
        on declarations.source_system = registers.source_system
    left join registered
        on declarations.source_system = registered.source_system
        and declarations.trader_id = registered.operator_id
        and declarations.accepted_on >= registered.valid_from
        and declarations.accepted_on <= coalesce(registered.valid_to, date '9999-12-31')
)

select
    source_system,
    declaration_id,
    is_aeo
from ranked
where record_rank = 1
