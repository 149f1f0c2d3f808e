-- Grave offences that chance alone came upon: what profiles do not know yet.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        cast(is_serious_hit as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_inspected_by_reason') }}
    where selection_reason = 'random'
)

{{ kpi_proportion('SAF07', ['all', 'office', 'regime'], scale=1000) }}
