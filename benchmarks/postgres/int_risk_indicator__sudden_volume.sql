-- int_risk_indicator__sudden_volume: an operator whose trade leaps, its last whole month against those before.
with parameters as (
    select
        max(amount) filter (where parameter = 'base_months') as base_months,
        max(amount) filter (where parameter = 'times') as times,
        max(amount) filter (where parameter = 'least_declarations') as least_declarations
    from risk_indicator_parameters
    where indicator = 'sudden_volume'
),

trader_months as materialized (
    select
        source_system,
        trader_id,
        month_on,
        count(distinct declaration_id) as declarations
    from int_risk_items
    where trader_id is not null
    group by source_system, trader_id, month_on
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
        this_month.source_system,
        this_month.trader_id,
        this_month.month_on,
        coalesce(max(earlier.declarations) filter (
            where earlier.month_on = this_month.month_on - interval '1 month'
        ), 0) as last_month,
        coalesce(sum(earlier.declarations) filter (
            where earlier.month_on < this_month.month_on - interval '1 month'
        ), 0)::double precision / parameters.base_months as pace_before
    from trader_months as this_month
    cross join parameters
    inner join trader_months as earlier
        on this_month.source_system = earlier.source_system
        and this_month.trader_id = earlier.trader_id
        and earlier.month_on
        between this_month.month_on - make_interval(months => 1 + parameters.base_months::integer)
        and this_month.month_on - interval '1 month'
    group by this_month.source_system, this_month.trader_id, this_month.month_on, parameters.base_months
),

judged as (
    select
        items.item_key,
        first_months.first_month_on
        <= items.month_on - make_interval(months => 1 + parameters.base_months::integer) as is_applicable,
        paces.last_month >= parameters.least_declarations
        and paces.last_month >= parameters.times * paces.pace_before as is_hit,
        paces.last_month,
        paces.pace_before
    from int_risk_items as items
    cross join parameters
    left join first_months
        on items.source_system = first_months.source_system
        and items.trader_id = first_months.trader_id
    left join paces
        on items.source_system = paces.source_system
        and items.trader_id = paces.trader_id
        and items.month_on = paces.month_on
)

select
    item_key,
    'sudden_volume' as indicator,
    case
        when is_applicable is not true then 'not_applicable'
        when is_hit then 'hit'
        else 'miss'
    end as outcome,
    case
        when is_applicable is not true then null
        when is_hit then 1.0::double precision
        else 0.0::double precision
    end as score,
    case
        when is_applicable and is_hit
            then 'Operator declared ' || last_month || ' times last month, '
                || round(pace_before::numeric, 1) || ' a month before that'
    end as evidence
from judged
