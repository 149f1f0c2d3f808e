{{ config(materialized='table') }}

-- What each condition found while learning against what inspections like those it had find on average, and how likely
-- that is by chance among all questions of its length that were asked for the target. Beside it the trade behind it.
with asked as (
    select
        source_system,
        traits,
        count(*) as questions
    from {{ ref('int_conditions_asked') }}
    group by source_system, traits
),

expected as (
    select
        hit.source_system,
        hit.target,
        hit.traits,
        hit.condition_id,
        hit.hits,
        round(sum(inspected.inspected * rates.hit_rate), 6) as expected_hits,
        round(cast(sum(inspected.inspected * scales.stands_for) as double), 6) as trade
    from {{ ref('int_conditions_hit') }} as hit
    inner join {{ ref('int_conditions_inspected') }} as inspected
        on hit.traits = inspected.traits
        and hit.condition_id = inspected.condition_id
    inner join {{ ref('int_target_rates') }} as rates
        on hit.source_system = rates.source_system
        and hit.target = rates.target
        and inspected.stratum = rates.stratum
    inner join {{ ref('int_strata_scaled') }} as scales
        on hit.source_system = scales.source_system
        and inspected.stratum = scales.stratum
    where rates.is_learned
    group by hit.source_system, hit.target, hit.traits, hit.condition_id, hit.hits
),

weighed as (
    select
        expected.*,
        asked.questions,
        expected.hits / nullif(expected.expected_hits, 0) as lift,
        {{ poisson_tail(whole_hits('expected.hits'), 'expected.expected_hits') }} as p_value
    from expected
    inner join asked
        on expected.source_system = asked.source_system
        and expected.traits = asked.traits
)

{{ with_q_values('weighed', 'p_value', within=['source_system', 'target', 'traits'], asked='questions') }}
