{{ config(materialized='table') }}

-- An operator whose trade leaps: its last whole month against the months before. Whoever is too young to have those
-- months is another indicator's.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('sudden_volume', ['base_months', 'times', 'least_declarations']) }}
),

trader_months as (
    select
        source_system,
        trader_id,
        month_on,
        count(distinct declaration_id) as declarations
    from all_items
    where trader_id is not null
    group by source_system, trader_id, month_on
),

months as (
    select distinct
        source_system,
        trader_id,
        month_on
    from items
),

first_months as (
    select
        source_system,
        trader_id,
        min(month_on) as first_month_on
    from trader_months
    group by source_system, trader_id
),

paces as (
    select
        months.source_system,
        months.trader_id,
        months.month_on,
        -- One row at most is of the last month.
        max(
            case
                when earlier.month_on = {{ months_later('months.month_on', -1) }} then earlier.declarations
                else 0
            end
        ) as last_month,
        sum(
            case
                when earlier.month_on < {{ months_later('months.month_on', -1) }} then earlier.declarations
                else 0
            end
        ) / parameters.base_months as pace_before
    from months
    cross join parameters
    inner join trader_months as earlier
        on months.source_system = earlier.source_system
        and months.trader_id = earlier.trader_id
        and earlier.month_on between {{ months_later('months.month_on', '-1 - parameters.base_months') }}
        and {{ months_later('months.month_on', -1) }}
    group by months.source_system, months.trader_id, months.month_on, parameters.base_months
),

judged as (
    select
        items.item_key,
        first_months.first_month_on <= {{ months_later('items.month_on', '-1 - parameters.base_months') }}
            as is_applicable,
        paces.last_month >= parameters.least_declarations
        and paces.last_month >= parameters.times * paces.pace_before as is_hit,
        1.0 as score,
        'Operator declared ' || {{ said('paces.last_month') }} || ' times last month, '
        || {{ said('paces.pace_before', 1) }} || ' a month before that' as evidence
    from items
    cross join parameters
    left join first_months
        on items.source_system = first_months.source_system
        and items.trader_id = first_months.trader_id
    left join paces
        on items.source_system = paces.source_system
        and items.trader_id = paces.trader_id
        and items.month_on = paces.month_on
)

{{ risk_indicator('sudden_volume') }}
