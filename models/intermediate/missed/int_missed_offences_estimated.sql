-- What was missed, from the random draw alone: the estimate, less what anyone found, and one interval
-- after summing. The upper limit sees one hit more, of mean weight: few hits say little of the weights of
-- those missed, and with none it is all there is. Beyond the last listed count the widths of the Poisson
-- limits grow with its square root. Method and proof: docs/missed-risk.md.
with sums as (
    select * from {{ ref('int_random_draws_summed') }}
),

limits as (
    select * from {{ ref('poisson_limits') }}
),

last_limits as (
    select max(event_count) as last_count from limits
),

highest as (
    select value as share_not_inspected
    from {{ ref('missed_risk_settings') }}
    where setting = 'highest_share_not_inspected'
),

judged as (
    select
        sums.*,
        1 - sums.inspected / cast(nullif(sums.drawn, 0) as double) as share_not_inspected,
        sums.hits - (limits.event_count - limits.lower_limit)
        * sqrt(sums.hits / cast(greatest(limits.event_count, 1) as double)) as fewest_hits,
        sums.hits + (limits.upper_limit - limits.event_count)
        * case
            when sums.hits = 0 then 1
            else sqrt(sums.hits / cast(greatest(limits.event_count, 1) as double))
        end as most_hits,
        sqrt(sums.variance / nullif(sums.hits, 0)) as lower_scale,
        sqrt((sums.variance + sums.mean_weight * sums.mean_weight) / (sums.hits + 1)) as upper_scale,
        case
            when sums.frame_declarations = 0 then 'no random draw'
            when sums.drawn = 0 then 'the random draw picked none'
            when sums.inspected = 0 then 'none of the drawn was inspected'
            when 1 - sums.inspected / cast(sums.drawn as double) > highest.share_not_inspected
                then 'too many of the drawn were not inspected'
        end as reason
    from sums
    cross join last_limits
    cross join highest
    inner join limits
        on limits.event_count = least(sums.hits, last_limits.last_count)
),

estimated as (
    select
        *,
        case when reason is null then weighted_hits end as estimated_offences,
        case
            when reason is null
                then greatest(0, weighted_hits + coalesce(lower_scale, 0) * (fewest_hits - hits))
        end as estimated_lower,
        case when reason is null then weighted_hits + upper_scale * (most_hits - hits) end as estimated_upper
    from judged
)

-- With no hit there is no estimate of what was missed, only a most. Without a frame nothing is known, not 0.
select
    source_system,
    period_grain,
    period_start,
    scope_type,
    scope_value,
    reason is null and hits = 0 as is_upper_bound_only,
    frame_declarations,
    case when frame_declarations > 0 then drawn end as drawn,
    case when frame_declarations > 0 then inspected end as inspected,
    case when frame_declarations > 0 then hits end as hits,
    case when frame_declarations > 0 then formal_hits end as formal_hits,
    share_not_inspected,
    estimated_offences,
    estimated_lower,
    estimated_upper,
    case when frame_declarations > 0 then found end as found_offences,
    case when reason is null and hits > 0 then greatest(0, estimated_offences - found) end as missed_offences,
    case when reason is null then greatest(0, estimated_lower - found) end as missed_lower,
    case when reason is null then greatest(0, estimated_upper - found) end as missed_upper,
    variance,
    fewest_hits,
    most_hits,
    uninspected_outside as out_of_frame_uninspected,
    reason
from estimated
