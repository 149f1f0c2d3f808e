-- How often the choice by risk is right.
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
    where is_risk_selected
)

{{ kpi_proportion('SEL03', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
