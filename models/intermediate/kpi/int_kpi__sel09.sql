-- How often officers are right when they choose.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(is_hit as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_inspected_by_reason') }}
    where selection_reason = 'officer'
)

{{ kpi_proportion('SEL09', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
