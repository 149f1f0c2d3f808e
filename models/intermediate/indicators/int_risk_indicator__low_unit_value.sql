{{ config(materialized='table') }}

-- Declared far cheaper per kg than its like. The score rises from nothing at the first threshold to 1 at the second.
with items as (
    {{ items_due() }}
),

parameters as (
    {{ indicator_parameters('low_unit_value', ['from_z', 'full_z', 'below_ratio']) }}
),

referenced as (
    select * from {{ ref('int_unit_values_referenced') }}
),

judged as (
    select
        items.item_key,
        referenced.item_key is not null as is_applicable,
        referenced.robust_z < parameters.from_z and referenced.value_ratio < parameters.below_ratio as is_hit,
        least(1, (parameters.from_z - referenced.robust_z) / (parameters.from_z - parameters.full_z)) as score,
        'Value per kg is ' || {{ said('100 * referenced.value_ratio') }} || ' % of the median of '
        || {{ said('referenced.reference_items') }} || ' like items' as evidence
    from items
    cross join parameters
    left join referenced
        on items.item_key = referenced.item_key
)

{{ risk_indicator('low_unit_value') }}
