-- What inspections of each type would have found in the random frame, beside what they found outside it. A drawn
-- declaration inspected by the type stands for those of its stratum; strata in which the draw never used the type
-- are left out on both sides, since nothing speaks for them.
with cells as (
    select
        *,
        sum(inspected_drawn) over (
            partition by source_system, quarter_on, office_code, regime, channel_before, inspection_type
        ) as stratum_inspected
    from {{ ref('int_inspections_counted_by_type') }}
),

used as (
    select distinct
        source_system,
        quarter_on,
        office_code,
        regime,
        channel_before,
        inspection_type,
        stratum_inspected
    from cells
    where stratum_inspected > 0
),

draws as (
    select
        *,
        sum(drawn) over (partition by source_system, quarter_on, office_code, regime, channel_before) as stratum_drawn
    from {{ ref('int_random_draws_counted') }}
),

weighted as (
    select
        used.source_system,
        used.quarter_on,
        used.inspection_type,
        draws.frame_declarations,
        coalesce(cells.inspected_drawn, 0) as inspected_drawn,
        coalesce(cells.hits_drawn, 0) as hits,
        draws.stratum_drawn / cast(used.stratum_inspected as double) / cast(draws.random_probability as double)
            as weight
    from used
    inner join draws
        on used.source_system = draws.source_system
        and used.quarter_on = draws.quarter_on
        and used.office_code is not distinct from draws.office_code
        and used.regime is not distinct from draws.regime
        and used.channel_before is not distinct from draws.channel_before
    left join cells
        on used.source_system = cells.source_system
        and used.quarter_on = cells.quarter_on
        and used.office_code is not distinct from cells.office_code
        and used.regime is not distinct from cells.regime
        and used.channel_before is not distinct from cells.channel_before
        and used.inspection_type = cells.inspection_type
        and draws.random_probability = cells.random_probability
),

in_frame as (
    select
        source_system,
        quarter_on,
        inspection_type,
        sum(frame_declarations) as frame_declarations,
        sum(inspected_drawn) as inspected_drawn,
        sum(hits) as hits,
        sum(hits * weight) as weighted_hits,
        sum(hits * weight * (weight - 1)) as variance,
        sum(frame_declarations * weight) as frame_weights
    from weighted
    group by source_system, quarter_on, inspection_type
),

by_anyone as (
    select
        source_system,
        quarter_on,
        inspection_type,
        sum(inspected_outside) as inspected_outside,
        sum(hits_outside) as hits_outside,
        sum(inspected_by_risk) as inspected_by_risk,
        sum(hits_by_risk) as hits_by_risk
    from cells
    group by source_system, quarter_on, inspection_type
)

select
    by_anyone.*,
    in_frame.frame_declarations,
    in_frame.inspected_drawn,
    in_frame.hits,
    in_frame.weighted_hits,
    in_frame.variance,
    in_frame.frame_weights
from by_anyone
inner join in_frame
    on by_anyone.source_system = in_frame.source_system
    and by_anyone.quarter_on = in_frame.quarter_on
    and by_anyone.inspection_type = in_frame.inspection_type
