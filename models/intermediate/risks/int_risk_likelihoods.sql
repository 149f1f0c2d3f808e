-- How often each kind of offence is met by chance: per 1,000 declarations of the random frame, with the interval of
-- docs/missed-risk.md. With no hit the upper limit is all there is.
with draws as (
    select * from {{ ref('int_risk_draws_weighted') }}
),

frames as (
    select
        source_system,
        year_back,
        count(*) as frame_declarations,
        count(*) filter (where is_inspected) as inspected,
        sum(weight) as weight_sum,
        sum(weight * weight) / sum(weight) as mean_weight
    from draws
    group by source_system, year_back
),

keys as (
    select distinct
        source_system,
        offence_key
    from {{ ref('int_risks_registered') }}
    where offence_key is not null
),

offences as (
    select distinct
        source_system,
        declaration_id,
        coalesce(offence_category_code, offence_type) as offence_key
    from {{ ref('int_inspections_judged') }}
    where is_hit
),

hits as (
    select
        draws.source_system,
        draws.year_back,
        offences.offence_key,
        count(*) as hits,
        sum(draws.weight) as weighted_hits,
        sum(draws.weight * (draws.weight - 1)) as variance
    from draws
    inner join offences
        on draws.source_system = offences.source_system
        and draws.declaration_id = offences.declaration_id
    where draws.is_inspected
    group by draws.source_system, draws.year_back, offences.offence_key
),

counted as (
    select
        keys.source_system,
        keys.offence_key,
        frames.year_back,
        frames.frame_declarations,
        frames.inspected,
        frames.weight_sum,
        frames.mean_weight,
        coalesce(hits.hits, 0) as hits,
        coalesce(hits.weighted_hits, 0) as weighted_hits,
        coalesce(hits.variance, 0) as variance
    from keys
    inner join frames
        on keys.source_system = frames.source_system
        and frames.inspected > 0
    left join hits
        on keys.source_system = hits.source_system
        and keys.offence_key = hits.offence_key
        and frames.year_back = hits.year_back
)

select
    counted.source_system,
    counted.offence_key,
    counted.year_back,
    counted.frame_declarations,
    counted.inspected,
    counted.hits,
    1000 * counted.weighted_hits / counted.weight_sum as rate,
    1000 * greatest(
        counted.weighted_hits
        + coalesce(sqrt(counted.variance / nullif(counted.hits, 0)), 0) * (limits.lower_limit - counted.hits), 0
    ) / counted.weight_sum as rate_lower,
    1000 * least(
        counted.weighted_hits
        + sqrt((counted.variance + counted.mean_weight * counted.mean_weight) / (counted.hits + 1))
        * (limits.upper_limit - counted.hits), counted.weight_sum
    ) / counted.weight_sum as rate_upper
from counted
inner join {{ ref('poisson_limits') }} as limits
    on counted.hits = limits.event_count
