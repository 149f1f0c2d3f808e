-- What a random inspection finds: the rate that every other choice is judged against. Inspections weigh 1/pi; the
-- interval is that of as many equally weighted ones (Kish).
with drawn as (
    select
        periods.period_grain,
        periods.period_start,
        units.source_system,
        units.is_goods_control,
        cast(units.is_hit as integer) as hit,
        units.harm,
        units.random_weight
    from {{ ref('int_inspections_attributed') }} as units
    inner join {{ ref('int_performance_periods') }} as periods
        on units.source_system = periods.source_system
        and units.result_on between periods.period_start and periods.period_end
    where units.random_weight is not null
),

summed as (
    select
        source_system,
        period_grain,
        period_start,
        is_goods_control,
        count(*) as random_inspected,
        sum(hit) as random_hits,
        sum(hit * random_weight) / sum(random_weight) as base_rate,
        sum(harm * random_weight) / sum(random_weight) as base_harm,
        sum(random_weight) * sum(random_weight) / sum(random_weight * random_weight) as equal_inspections
    from drawn
    group by source_system, period_grain, period_start, is_goods_control
)

select
    *,
    {{ wilson_lower('(base_rate * equal_inspections)', 'equal_inspections') }} as base_lower,
    {{ wilson_upper('(base_rate * equal_inspections)', 'equal_inspections') }} as base_upper
from summed
