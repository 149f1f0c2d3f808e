-- How much officers choose by themselves. An inspection without a recorded reason says nothing.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(selection_reason = 'officer' as integer) as numerator,
        1 as denominator
    from {{ ref('int_inspections_counted') }}
    where
        is_resolved
        and inspection_type = 'physical'
)

{{ kpi_proportion('SEL08', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
