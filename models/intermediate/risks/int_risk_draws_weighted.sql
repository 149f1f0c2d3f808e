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
)

select
    draws.source_system,
    draws.declaration_id,
    draws.is_inspected,
    case when days.counted_on > {{ months_later('as_of.as_of', -12) }} then 1 else 2 end as year_back,
    case
        when draws.is_inspected
            then
                count(*) filter (where draws.is_drawn) over stratum
                / cast(count(*) filter (where draws.is_inspected) over stratum as double)
                / cast(draws.random_probability as double)
    end as weight
from draws
inner join days
    on draws.source_system = days.source_system
    and draws.declaration_id = days.declaration_id
inner join as_of
    on draws.source_system = as_of.source_system
    and days.counted_on <= as_of.as_of
    and days.counted_on > {{ months_later('as_of.as_of', -24) }}
window stratum as (
    partition by
        draws.source_system, draws.quarter_on, draws.office_code, draws.regime, draws.channel_before
)
