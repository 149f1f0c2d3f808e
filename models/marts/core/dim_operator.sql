with operators as (
    select * from {{ ref('int_operators_completed') }}
),

days_of_reference as (
    select * from {{ ref('int_source_as_of') }}
),

-- The record that held last on the source's day of reference.
latest as (
    select
        operators.source_system,
        operators.operator_id,
        max(operators.valid_from) as valid_from
    from operators
    inner join days_of_reference
        on operators.source_system = days_of_reference.source_system
        and operators.valid_from <= days_of_reference.as_of
    group by operators.source_system, operators.operator_id
)

select
    operators.source_system,
    operators.operator_id,
    operators.valid_from,
    operators.valid_to,
    operators.name_pseudonym,
    operators.country_code,
    operators.sector,
    operators.aeo_type,
    operators.aeo_status,
    operators.is_aeo,
    latest.operator_id is not null as is_current,
    operators.is_registered
from operators
left join latest
    on operators.source_system = latest.source_system
    and operators.operator_id = latest.operator_id
    and operators.valid_from = latest.valid_from
