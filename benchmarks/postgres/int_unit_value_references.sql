-- int_unit_value_references: what like goods cost per kg in the twelve months before each month, at three
-- levels: the median of the logarithms, and the median deviation from it. PostgreSQL has no mad(), and a
-- join back to the items is planned as if there were few: each group takes its values along.
with parameters as (
    select
        max(amount) filter (where parameter = 'reference_months')::integer as reference_months,
        max(amount) filter (where parameter = 'least_items') as least_items,
        max(amount) filter (where parameter = 'least_importers') as least_importers
    from kpi_parameters
    where kpi_code = 'REV03'
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
    from (
        select distinct items.source_system, items.month_on
        from int_risk_items as items
        left join int_days_due as days on items.source_system = days.source_system
        where
            items.log_unit_value is not null
            and coalesce(items.month_on >= date_trunc('month', days.from_on)::date, true)
    ) as months
    cross join parameters
    inner join int_risk_items as entered
        on months.source_system = entered.source_system
        and entered.month_on < months.month_on
        and entered.month_on >= months.month_on - make_interval(months => parameters.reference_months)
    inner join home_use_procedures as home_use
        on entered.source_system = home_use.source_system
        and entered.procedure_code = home_use.procedure_code
    where entered.regime = 'import' and entered.log_unit_value is not null
),

at_levels as (
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

centred as (
    select
        source_system,
        month_on,
        hs6,
        country_origin,
        transport_mode,
        level,
        count(*) as reference_items,
        count(distinct trader_id) as reference_importers,
        percentile_cont(0.5) within group (order by log_unit_value) as median_log,
        array_agg(log_unit_value) as log_unit_values
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
    (
        select percentile_cont(0.5) within group (order by abs(value - centred.median_log))
        from unnest(centred.log_unit_values) as of_group (value)
    ) as deviation_log
from centred
