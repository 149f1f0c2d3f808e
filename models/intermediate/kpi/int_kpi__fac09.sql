-- How much of trade, by value, trusted traders carry, by their status on the day of acceptance.
with counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        case when authorised.is_aeo then declarations.customs_value_national else 0 end as numerator,
        declarations.customs_value_national as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    inner join {{ ref('int_declarations_authorised') }} as authorised
        on declarations.source_system = authorised.source_system
        and declarations.declaration_id = authorised.declaration_id
    where declarations.customs_value_national is not null
)

{{ kpi_ratio('FAC09', ['all', 'office', 'regime', 'transport_mode']) }}
