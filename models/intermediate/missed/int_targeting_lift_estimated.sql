-- How much better than chance risk chooses: what it found, over what as many inspections of the same types would find
-- among all declarations. The rate of a type is what was found outside the frame and is estimated in it, over the
-- declarations of both. The interval joins that of the hit rate and that of the estimate on the log scale.
with periods as (
    select
        estimates.*,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'estimates.quarter_on') }} as period_start
    from {{ ref('int_offences_by_type_estimated') }} as estimates
    cross join {{ kpi_grains() }} as grains
    where grains.period_grain <> 'month'
),

types as (
    select
        source_system,
        period_grain,
        period_start,
        inspection_type,
        sum(inspected_by_risk) as inspected,
        sum(hits_by_risk) as found,
        sum(hits_outside) as hits_outside,
        sum(hits) as hits,
        sum(weighted_hits) as weighted_hits,
        sum(variance) as variance,
        sum(frame_weights) / sum(frame_declarations) as mean_weight,
        sum(inspected_by_risk) / cast(sum(inspected_outside) + sum(frame_declarations) as double) as share
    from periods
    group by source_system, period_grain, period_start, inspection_type
),

last_limits as (
    select max(event_count) as last_count from {{ ref('poisson_limits') }}
),

-- The limits of each type are those of docs/missed-risk.md, also beyond the last listed count.
counts as (
    select
        types.*,
        sqrt(types.hits / cast(nullif(limits.event_count, 0) as double)) as beyond,
        limits.event_count - limits.lower_limit as fewer_hits,
        limits.upper_limit - limits.event_count as more_hits
    from types
    cross join last_limits
    inner join {{ ref('poisson_limits') }} as limits
        on limits.event_count = least(types.hits, last_limits.last_count)
),

limited as (
    select
        *,
        share * (hits_outside + weighted_hits) as expected,
        share * least(weighted_hits, sqrt(variance / nullif(hits, 0)) * fewer_hits * beyond) as width_below,
        share * sqrt((variance + mean_weight * mean_weight) / (hits + 1)) * more_hits * coalesce(beyond, 1)
            as width_above
    from counts
),

-- Types are drawn apart, so the squares of their widths add: a type without a hit still widens the whole.
summed as (
    select
        source_system,
        period_grain,
        period_start,
        sum(inspected) as inspected,
        sum(found) as found,
        sum(hits) as hits,
        sum(expected) as expected,
        sum(expected) - sqrt(sum(coalesce(width_below * width_below, 0))) as expected_lower,
        sum(expected) + sqrt(sum(width_above * width_above)) as expected_upper
    from limited
    group by source_system, period_grain, period_start
),

bounded as (
    select
        *,
        inspected * {{ wilson_lower('found', 'inspected') }} as found_lower,
        inspected * {{ wilson_upper('found', 'inspected') }} as found_upper
    from summed
    where inspected > 0
)

-- Rounded, because a sum of squares differs in its last digit with the order of its terms.
select
    source_system,
    period_grain,
    period_start,
    hits,
    round(100 * found / cast(inspected as double), 6) as hit_rate,
    round(100 * expected / inspected, 6) as chance_rate,
    round(case when hits > 0 then found / expected end, 6) as lift,
    round(case
        when hits = 0 then found_lower / expected_upper
        when found = 0 then 0
        else found / expected * exp(-sqrt(
            power(ln(nullif(found, 0) / found_lower), 2) + power(ln(expected_upper / expected), 2)
        ))
    end, 6) as lift_lower,
    round(case
        when hits = 0 then null
        when found = 0 then found_upper / expected_lower
        else found / expected * exp(sqrt(
            power(ln(found_upper / nullif(found, 0)), 2) + power(ln(expected / nullif(expected_lower, 0)), 2)
        ))
    end, 6) as lift_upper
from bounded
