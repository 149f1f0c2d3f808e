-- What the inspections of each rule came to, and what to expect of them: of random ones of the same kind of control,
-- and of others of the same regime, mode and HS section that the rule did not cause.
with settings as (
    select any_value(value) filter (where setting = 'standard_inspections') as standard_inspections
    from {{ ref('rule_verdict_settings') }}
),

dated as (
    select
        units.*,
        periods.period_grain,
        periods.period_start,
        cast(units.is_hit as integer) as hit
    from {{ ref('int_inspections_attributed') }} as units
    inner join {{ ref('int_performance_periods') }} as periods
        on units.source_system = periods.source_system
        and units.result_on between periods.period_start and periods.period_end
),

compared as (
    select
        *,
        count(*) over alike - count(*) over own as other_inspected,
        sum(hit) over alike - sum(hit) over own as other_hits,
        count(random_weight) over place > 0 as is_reached_at_random,
        count(*) over (partition by source_system, period_grain, period_start) as all_inspected
    from dated
    window alike as (
        partition by
            source_system, period_grain, period_start, is_goods_control, regime, transport_mode, section_code
    ),
    own as (
        partition by
            source_system, period_grain, period_start, is_goods_control, regime, transport_mode, section_code, rule_code
    ),
    place as (partition by source_system, period_grain, period_start, office_code, regime)
)

select
    compared.source_system,
    compared.period_grain,
    compared.period_start,
    compared.rule_code,
    compared.rule_version,
    count(*) as inspected,
    cast(sum(compared.hit) as bigint) as hits,
    count(*) filter (where compared.is_formal_only) as formal_hits,
    count(*) filter (where compared.is_hit and not compared.is_matched_by_others) as unique_hits,
    sum(compared.harm) as harm,
    sum(compared.additional_duty_national) as additional_duty_national,
    count(*) / cast(any_value(compared.all_inspected) as double) as workload_share,
    count(*) filter (where compared.is_reached_at_random) / cast(count(*) as double) as share_covered,
    case when count(rates.base_rate) = count(*) then avg(rates.base_rate) end as base_rate,
    case when count(rates.base_rate) = count(*) then avg(rates.base_lower) end as base_lower,
    case when count(rates.base_rate) = count(*) then avg(rates.base_upper) end as base_upper,
    case when count(rates.base_rate) = count(*) then avg(rates.base_harm) end as base_harm,
    case
        when count(rates.base_rate) = count(*)
            then sum(
                (compared.other_hits + settings.standard_inspections * rates.base_rate)
                / (compared.other_inspected + settings.standard_inspections)
            )
    end as standard_hits
from compared
cross join settings
left join {{ ref('int_random_rates_estimated') }} as rates
    on compared.source_system = rates.source_system
    and compared.period_grain = rates.period_grain
    and compared.period_start = rates.period_start
    and compared.is_goods_control = rates.is_goods_control
where compared.is_caused_by_rule
group by
    compared.source_system,
    compared.period_grain,
    compared.period_start,
    compared.rule_code,
    compared.rule_version
