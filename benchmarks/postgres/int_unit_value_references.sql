-- int_unit_value_references: what like goods cost per kg in the twelve months before each month, at three
-- levels: the median of the logarithms, and the median deviation from it. PostgreSQL has no mad(): the
-- items meet the median of their group again.
with parameters as (
    select
        max(amount) filter (where parameter = 'reference_months')::integer as reference_months,
        max(amount) filter (where parameter = 'least_items') as least_items,
        max(amount) filter (where parameter = 'least_importers') as least_importers
    from kpi_parameters
    where kpi_code = 'REV03'
),

items as (
    select * from int_risk_items
    where log_unit_value is not null
),

known_before as (
    select
        months.source_system,
        months.month_on,
        entered.hs6,
        entered.country_origin,
        entered.transport_mode,
        entered.trader_id,
        entered.log_unit_value
    from (select distinct source_system, month_on from items) as months
    cross join parameters
    inner join items as entered
        on months.source_system = entered.source_system
        and entered.month_on < months.month_on
        and entered.month_on >= months.month_on - make_interval(months => parameters.reference_months)
    inner join home_use_procedures as home_use
        on entered.source_system = home_use.source_system
        and entered.procedure_code = home_use.procedure_code
    where entered.regime = 'import'
),

at_levels as materialized (
    select
        source_system,
        month_on,
        hs6,
        case when level <= 2 then country_origin end as country_origin,
        case when level = 1 then transport_mode end as transport_mode,
        level,
        trader_id,
        log_unit_value
    from known_before
    cross join (values (1), (2), (3)) as levels (level)
),

centred as materialized (
    select
        source_system,
        month_on,
        hs6,
        country_origin,
        transport_mode,
        level,
        count(*) as reference_items,
        count(distinct trader_id) as reference_importers,
        percentile_cont(0.5) within group (order by log_unit_value) as median_log
    from at_levels
    group by source_system, month_on, hs6, country_origin, transport_mode, level
    having
        count(*) >= (select least_items from parameters)
        and count(distinct trader_id) >= (select least_importers from parameters)
)

select
    centred.source_system,
    centred.month_on,
    centred.hs6,
    centred.country_origin,
    centred.transport_mode,
    case centred.level
        when 1 then 'commodity_origin_mode'
        when 2 then 'commodity_origin'
        when 3 then 'commodity'
    end as reference_level,
    centred.reference_items,
    centred.reference_importers,
    centred.median_log,
    percentile_cont(0.5) within group (order by abs(items.log_unit_value - centred.median_log)) as deviation_log
from centred
-- A missing origin or mode is a group of its own, and only equality can be hashed.
inner join at_levels as items
    on centred.source_system = items.source_system
    and centred.month_on = items.month_on
    and centred.level = items.level
    and coalesce(centred.hs6, '') = coalesce(items.hs6, '')
    and coalesce(centred.country_origin, '') = coalesce(items.country_origin, '')
    and coalesce(centred.transport_mode, '') = coalesce(items.transport_mode, '')
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
