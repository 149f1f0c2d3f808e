{{ config(materialized='incremental', unique_key='month_on') }}

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
        items.source_system,
        items.month_on
    from items
    left join {{ ref('int_days_due') }} as days
        on items.source_system = days.source_system
    where coalesce(items.month_on >= {{ first_of('month', 'days.from_on') }}, true)
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
        entered.source_system,
        entered.hs6,
        entered.country_origin,
        entered.transport_mode,
        entered.trader_id,
        entered.log_unit_value
    from months
    cross join parameters
    inner join entered
        on months.source_system = entered.source_system
        and months.month_on > entered.month_on
        and entered.month_on >= {{ months_later('months.month_on', '-parameters.reference_months') }}
)

{{ unit_value_references({
    'commodity_origin_mode': ['country_origin', 'transport_mode'],
    'commodity_origin': ['country_origin'],
    'commodity': [],
}) }}
