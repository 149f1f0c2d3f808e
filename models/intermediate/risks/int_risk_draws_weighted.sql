{{ config(materialized='table') }}

-- Random draws of the two years to the day of reference, year 1 the latest, with the weight each inspected one has: as
-- for missed offences, 1/pi times drawn/inspected of its quarter, regime, office and channel before the draw.
with draws as (
    select * from {{ ref('int_random_draws_judged') }}
    where is_in_frame
),

days as (
    select
        source_system,
        declaration_id,
        coalesce(accepted_on, lodged_on) as counted_on
    from {{ ref('int_declarations_collapsed') }}
),

as_of as (
    select * from {{ ref('int_source_as_of') }}
),

counted as (
    select
        draws.*,
        case when days.counted_on > {{ months_later('as_of.as_of', -12) }} then 1 else 2 end as year_back
    from draws
    inner join days
        on draws.source_system = days.source_system
        and draws.declaration_id = days.declaration_id
    inner join as_of
        on draws.source_system = as_of.source_system
        and days.counted_on <= as_of.as_of
        and days.counted_on > {{ months_later('as_of.as_of', -24) }}
),

strata as (
    select
        source_system,
        quarter_on,
        office_code,
        regime,
        channel_before,
        sum(cast(is_drawn as integer)) / cast(nullif(sum(cast(is_inspected as integer)), 0) as double)
            as drawn_per_inspected
    from counted
    group by source_system, quarter_on, office_code, regime, channel_before
)

select
    counted.source_system,
    counted.declaration_id,
    counted.is_inspected,
    counted.year_back,
    strata.drawn_per_inspected / cast(counted.random_probability as double) as weight
from counted
left join strata
    on counted.source_system = strata.source_system
    and counted.quarter_on = strata.quarter_on
    and counted.office_code = strata.office_code
    and counted.regime = strata.regime
    and counted.channel_before is not distinct from strata.channel_before
    and counted.is_inspected
