-- Which part of the effort by risk protects people rather than revenue.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(is_security_selected as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_inspected_by_reason') }}
    where is_risk_selected
)

{{ kpi_proportion('SAF02', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
