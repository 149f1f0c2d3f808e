{{ config(materialized='table') }}

-- What like goods cost per kg in the twelve months before each month: the median of the logarithms and the median
-- deviation from it, by commodity, origin and mode, and by their parents. Only goods that entered home use have a
-- market price; references of too few items or importers are left out, so that nobody sets their own.
with items as (
    select * from {{ ref('int_risk_items') }}
    where log_unit_value is not null
),

parameters as (
    {{ unit_value_parameters() }}
),

home_use as (
    select * from {{ ref('home_use_procedures') }}
),

months as (
    select distinct
        source_system,
        month_on
    from items
),

entered as (
    select items.*
    from items
    inner join home_use
        on items.source_system = home_use.source_system
        and items.procedure_code = home_use.procedure_code
    where items.regime = 'import'
),

known_before as (
    select
        months.month_on as for_month_on,
        parameters.least_items,
        parameters.least_importers,
        entered.*
    from months
    cross join parameters
    inner join entered
        on months.source_system = entered.source_system
        and months.month_on > entered.month_on
        and entered.month_on >= {{ months_later('months.month_on', '-parameters.reference_months') }}
),

reference_levels as (
    select 'commodity_origin_mode' as reference_level
    union all
    select 'commodity_origin' as reference_level
    union all
    select 'commodity' as reference_level
)

select
    known_before.source_system,
    known_before.for_month_on as month_on,
    known_before.hs6,
    case when reference_levels.reference_level <> 'commodity' then known_before.country_origin end as country_origin,
    case when reference_levels.reference_level = 'commodity_origin_mode' then known_before.transport_mode end
        as transport_mode,
    reference_levels.reference_level,
    count(*) as reference_items,
    count(distinct known_before.trader_id) as reference_importers,
    {{ median_of('known_before.log_unit_value') }} as median_log,
    {{ median_deviation_of('known_before.log_unit_value') }} as deviation_log
from known_before
cross join reference_levels
group by
    known_before.source_system,
    known_before.for_month_on,
    known_before.hs6,
    case when reference_levels.reference_level <> 'commodity' then known_before.country_origin end,
    case when reference_levels.reference_level = 'commodity_origin_mode' then known_before.transport_mode end,
    reference_levels.reference_level
having
    count(*) >= max(known_before.least_items)
    and count(distinct known_before.trader_id) >= max(known_before.least_importers)
