-- What inspections add to the duties and taxes declared, both of the declarations that were inspected.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
    where was_inspected
),

taxes as (
    select
        source_system,
        declaration_id,
        sum(declared_national) as declared_national
    from {{ ref('fct_item_taxes') }}
    group by source_system, declaration_id
),

counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        declarations.channel,
        coalesce(declarations.additional_duty_national, 0) as numerator,
        taxes.declared_national as denominator
    from declarations
    inner join taxes
        on declarations.source_system = taxes.source_system
        and declarations.declaration_id = taxes.declaration_id
)

{{ kpi_ratio('REV01', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
