{{ config(materialized='table') }}

-- One consignment cut into several, each small enough to pass with less control: the same operator, day and origin,
-- several declarations, each below the limit. A source without a limit in the seed has nothing to split for.
with items as (
    {{ items_due() }}
),

parameters as (
    {{ indicator_parameters('split_consignments', ['least_declarations']) }}
),

limits as (
    select
        source_system,
        small_value
    from {{ ref('small_consignments') }}
),

declared as (
    select
        items.source_system,
        items.declaration_id,
        items.regime,
        items.trader_id,
        items.country_dispatch,
        items.accepted_on,
        sum(items.customs_value_national) as value_national,
        count(*) - count(items.customs_value_national) as items_of_no_value
    from items
    group by
        items.source_system,
        items.declaration_id,
        items.regime,
        items.trader_id,
        items.country_dispatch,
        items.accepted_on
),

small as (
    select declared.*
    from declared
    inner join limits
        on declared.source_system = limits.source_system
        and declared.value_national <= limits.small_value
    where declared.items_of_no_value = 0 and declared.trader_id is not null
),

-- What was declared later on the same day was not known yet, but the day is told apart no finer in every source.
split as (
    select
        source_system,
        regime,
        trader_id,
        country_dispatch,
        accepted_on,
        count(*) as declarations,
        sum(value_national) as value_national
    from small
    group by source_system, regime, trader_id, country_dispatch, accepted_on
),

judged as (
    select
        items.item_key,
        items.trader_id is not null and limits.source_system is not null as is_applicable,
        small.declaration_id is not null and split.declarations >= parameters.least_declarations as is_hit,
        1.0 as score,
        'One of ' || {{ said('split.declarations') }} || ' small declarations of this operator from '
        || split.country_dispatch || ' on the day, worth ' || {{ said('split.value_national') }} || ' '
        || items.currency_national || ' together' as evidence
    from items
    cross join parameters
    left join limits
        on items.source_system = limits.source_system
    left join small
        on items.source_system = small.source_system
        and items.declaration_id = small.declaration_id
    left join split
        on items.source_system = split.source_system
        and items.regime = split.regime
        and items.trader_id = split.trader_id
        and items.country_dispatch = split.country_dispatch
        and items.accepted_on = split.accepted_on
)

{{ risk_indicator('split_consignments') }}
