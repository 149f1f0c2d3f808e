{{ config(materialized='incremental', unique_key='item_key') }}

-- How far each item's value per kg lies from that of its like, by the narrowest reference there is. Items without one,
-- and goods that did not enter home use, have no row.
with items as (
    select * from ({{ items_due() }}) as due
    where regime = 'import' and log_unit_value is not null
),

home_use as (
    select * from {{ ref('home_use_procedures') }}
),

reference_values as (
    select * from {{ ref('int_unit_value_references') }}
    -- Where all are alike nothing can be said to be far off.
    where {{ is_spread('deviation_log') }}
),

parameters as (
    {{ unit_value_parameters() }}
),

chosen as (
    select
        items.item_key,
        items.source_system,
        items.declaration_id,
        items.item_number,
        items.log_unit_value,
        coalesce(narrow.reference_level, wider.reference_level, widest.reference_level) as reference_level,
        coalesce(narrow.reference_items, wider.reference_items, widest.reference_items) as reference_items,
        coalesce(narrow.median_log, wider.median_log, widest.median_log) as median_log,
        coalesce(narrow.deviation_log, wider.deviation_log, widest.deviation_log) as deviation_log
    from items
    inner join home_use
        on items.source_system = home_use.source_system
        and items.procedure_code = home_use.procedure_code
    left join reference_values as narrow
        on items.source_system = narrow.source_system
        and items.month_on = narrow.month_on
        and items.hs6 = narrow.hs6
        and items.country_origin = narrow.country_origin
        -- Only references of this level have a mode.
        and items.transport_mode = narrow.transport_mode
    left join reference_values as wider
        on items.source_system = wider.source_system
        and items.month_on = wider.month_on
        and items.hs6 = wider.hs6
        and items.country_origin = wider.country_origin
        and wider.reference_level = 'commodity_origin'
    left join reference_values as widest
        on items.source_system = widest.source_system
        and items.month_on = widest.month_on
        and items.hs6 = widest.hs6
        and widest.reference_level = 'commodity'
),

measured as (
    select
        *,
        {{ robust_z('log_unit_value', 'median_log', 'deviation_log') }} as robust_z,
        exp(log_unit_value - median_log) as value_ratio
    from chosen
    where median_log is not null
)

select
    measured.*,
    measured.robust_z < parameters.below_z and measured.value_ratio < parameters.below_ratio as is_suspicious
from measured
cross join parameters
