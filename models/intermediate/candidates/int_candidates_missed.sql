-- What each candidate would have found that was missed: estimated from the random draw alone, less what anyone found,
-- with one interval as for missed_risk. Too few random inspections that met it say nothing.
with limits as (
    select * from {{ ref('poisson_limits') }}
),

last_limits as (
    select max(event_count) as last_count from limits
),

settings as (
    select {{ setting_named('fewest_random') }} as fewest_random
    from {{ ref('candidate_rule_settings') }}
),

highest as (
    select value as share_not_inspected
    from {{ ref('missed_risk_settings') }}
    where setting = 'highest_share_not_inspected'
),

scaled as (
    select
        drawn.*,
        (limits.event_count - limits.lower_limit)
        * sqrt(drawn.hits / cast(greatest(limits.event_count, 1) as double)) as hits_below,
        (limits.upper_limit - limits.event_count)
        * greatest(sqrt(drawn.hits / cast(greatest(limits.event_count, 1) as double)), 1) as hits_above,
        sqrt(drawn.variance / nullif(drawn.hits, 0)) as lower_scale,
        sqrt((drawn.variance + drawn.mean_weight * drawn.mean_weight) / (drawn.hits + 1)) as upper_scale,
        case
            when drawn.inspected < settings.fewest_random then 'too few random inspections met it'
            when 1 - drawn.inspected / cast(drawn.drawn as double) > highest.share_not_inspected
                then 'too many of the drawn were not inspected'
        end as reason
    from {{ ref('int_candidates_drawn') }} as drawn
    cross join settings
    cross join highest
    cross join last_limits
    inner join limits
        on limits.event_count = least(drawn.hits, last_limits.last_count)
)

-- With no hit there is no estimate of what was missed, only a most.
select
    candidate_id,
    inspected as random_inspected,
    hits as random_hits,
    case when reason is null and hits > 0 then greatest(0, weighted_hits - found) end as missed_offences,
    case
        when reason is null
            then greatest(0, weighted_hits - coalesce(lower_scale, 0) * hits_below - found)
    end as missed_lower,
    case when reason is null then greatest(0, weighted_hits + upper_scale * hits_above - found) end as missed_upper,
    reason
from scaled
