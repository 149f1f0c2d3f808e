-- How much of trade, by value, trusted traders carry, by their status on the day of acceptance.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
),

operators as (
    select * from {{ ref('int_operators_completed') }}
),

-- Without a register of operators nobody's status is known.
registers as (
    select distinct source_system from operators
    where is_registered
),

-- The record that began last of those in force on the day.
statuses as (
    select
        declarations.source_system,
        declarations.declaration_id,
        operators.is_aeo,
        row_number() over (
            partition by declarations.source_system, declarations.declaration_id
            order by operators.valid_from desc
        ) as record_rank
    from declarations
    inner join operators
        on declarations.source_system = operators.source_system
        and declarations.trader_id = operators.operator_id
        and declarations.accepted_on >= operators.valid_from
        and declarations.accepted_on <= coalesce(operators.valid_to, declarations.accepted_on)
    where operators.is_registered
),

counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        case when statuses.is_aeo then declarations.customs_value_national else 0 end as numerator,
        declarations.customs_value_national as denominator
    from declarations
    inner join registers
        on declarations.source_system = registers.source_system
    left join statuses
        on declarations.source_system = statuses.source_system
        and declarations.declaration_id = statuses.declaration_id
        and statuses.record_rank = 1
    where declarations.customs_value_national is not null
)

{{ kpi_ratio('FAC09', ['all', 'office', 'regime', 'transport_mode']) }}
