-- How many goods for home use are declared suspiciously cheap, of those that have a reference.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
),

counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.transport_mode,
        cast(items.is_suspicious as integer) as numerator,
        1 as denominator
    from declarations
    inner join {{ ref('int_unit_values_referenced') }} as items
        on declarations.source_system = items.source_system
        and declarations.declaration_id = items.declaration_id
)

{{ kpi_proportion('REV03', ['all', 'office', 'transport_mode']) }}
