-- Selected by risk, and released without an inspection on record.
with counted as (
    select
        source_system,
        released_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(not was_inspected as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }}
    where is_risk_selected
)

{{ kpi_proportion('SEL13', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
