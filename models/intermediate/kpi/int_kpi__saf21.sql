-- Items that need a document of a control measure, and come without it.
with counted as (
    select
        source_system,
        accepted_on as counted_on,
        office_code,
        regime,
        cast(not is_licensed as integer) as numerator,
        1 as denominator
    from {{ ref('int_items_controlled') }}
)

{{ kpi_proportion('SAF21', ['all', 'office', 'regime']) }}
