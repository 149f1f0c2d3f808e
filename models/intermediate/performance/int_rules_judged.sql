-- The verdict on each rule, and its reason. A rule goes only if chance would do better, little is at stake and a
-- random draw takes its place; where any of these is open it is watched. Never on its hit rate alone.
with settings as (
    select
        any_value(value) filter (where setting = 'least_inspections') as least_inspections,
        any_value(value) filter (where setting = 'highest_consequence_retired') as highest_consequence_retired,
        any_value(value) filter (where setting = 'highest_q_value') as highest_q_value,
        any_value(value) filter (where setting = 'least_share_covered') as least_share_covered,
        any_value(value) filter (where setting = 'standard_inspections') as standard_inspections
    from {{ ref('rule_verdict_settings') }}
),

rated as (
    select
        *,
        hits / cast(nullif(inspected, 0) as double) as hit_rate,
        {{ wilson_lower('hits', 'inspected') }} as hit_rate_lower,
        {{ wilson_upper('hits', 'inspected') }} as hit_rate_upper,
        base_rate * inspected as expected_hits
    from {{ ref('int_rules_measured') }}
),

tested as (
    select
        *,
        case
            when expected_hits > 0
                then least(2 * least(
                    {{ poisson_tail('hits', 'expected_hits') }}, {{ poisson_head('hits', 'expected_hits') }}
                ), 1.0)
        end as p_value
    from rated
),

listed as (
    {{ with_q_values('tested', 'p_value', within=['source_system', 'period_grain', 'period_start']) }}
),

judged as (
    select
        listed.*,
        settings.standard_inspections,
        case
            when listed.inspected = 0 and listed.matched_declarations = 0
                then 'never_tested: It matched nothing in the period'
            when listed.inspected = 0
                then 'never_tested: It matched, and nothing was inspected under it with a result in the period'
            when coalesce(listed.base_rate, 0) = 0
                then 'watch: No random inspection of this kind found anything to compare with'
            when listed.inspected < settings.least_inspections
                then 'watch: Too few inspections to tell'
            when listed.hit_rate_lower > listed.base_rate and listed.q_value <= settings.highest_q_value
                then 'keep: It finds more than a random inspection does'
            when listed.hit_rate_upper >= listed.base_rate or listed.q_value > settings.highest_q_value
                then 'watch: It cannot be told from a random inspection'
            when listed.consequence is null
                then 'watch: It finds less than a random inspection does, but what is at stake is not recorded'
            when listed.consequence > settings.highest_consequence_retired
                then 'watch: It finds less than a random inspection does, but too much is at stake to drop it'
            when listed.share_covered < settings.least_share_covered
                then 'watch: It finds less than a random inspection does, but no random draw reaches where it looks'
            else
                'retire: It finds less than a random inspection does, little is at stake, and a random draw replaces it'
        end as finding
    from listed
    cross join settings
),

split as (
    select
        *,
        {{ before_mark('finding', ': ') }} as verdict,
        {{ after_mark('finding', ': ') }} as verdict_reason,
        -- Drawn towards chance by as much as so many inspections weigh, lest few of them decide who stands first.
        round(
            (hits + standard_inspections * base_rate)
            / nullif((inspected + standard_inspections) * base_rate, 0), 6
        ) as lift
    from judged
)

-- Worst first: what is to go, then what chance would nearly do as well. Never tested is not ranked.
select
    *,
    case
        when verdict <> 'never_tested'
            then row_number() over (
                partition by source_system, period_grain, period_start
                order by
                    verdict = 'retire' desc,
                    verdict = 'watch' desc,
                    lift asc nulls last,
                    rule_code asc,
                    rule_version asc
            )
    end as review_rank
from split
