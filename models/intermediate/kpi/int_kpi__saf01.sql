-- How often an inspection for safety and security finds prohibited or restricted goods.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(is_security_hit as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_inspected_by_reason') }}
    where is_security_selected
)

{{ kpi_proportion('SAF01', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
