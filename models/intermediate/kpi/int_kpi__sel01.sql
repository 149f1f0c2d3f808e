-- How much of trade is opened. Where the source does not tell the type of an inspection, nothing is known.
with counted as (
    select
        source_system,
        accepted_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        cast(was_physically_inspected as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }}
)

{{ kpi_proportion('SEL01', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
