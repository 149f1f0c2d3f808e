{{ config(materialized='table') }}

-- What inspections of a kind find of each target on average, in the time of learning and in that of confirming.
with inspected as (
    select
        source_system,
        is_learned,
        stratum,
        sum(weight) as inspected
    from {{ ref('int_items_inspected') }}
    group by source_system, is_learned, stratum
),

targets as (
    select distinct
        source_system,
        target
    from {{ ref('int_target_hits') }}
),

found as (
    select
        source_system,
        target,
        is_learned,
        stratum,
        sum(hit_weight) as hits
    from {{ ref('int_target_hits') }}
    group by source_system, target, is_learned, stratum
)

select
    inspected.source_system,
    targets.target,
    inspected.is_learned,
    inspected.stratum,
    coalesce(found.hits, 0) / cast(inspected.inspected as double) as hit_rate
from inspected
inner join targets
    on inspected.source_system = targets.source_system
left join found
    on inspected.source_system = found.source_system
    and targets.target = found.target
    and inspected.is_learned = found.is_learned
    and inspected.stratum = found.stratum
