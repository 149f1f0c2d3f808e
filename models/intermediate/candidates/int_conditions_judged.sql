{{ config(materialized='table') }}

-- Which conditions find more than inspections like them do, by more than chance explains, and whether the time after
-- says so too. Learning alone decides what is listed; confirming only judges it.
with settings as (
    select
        {{ setting_named('fewest_inspections') }} as fewest_inspections,
        {{ setting_named('fewest_hits') }} as fewest_hits,
        {{ setting_named('highest_q_value') }} as highest_q_value,
        {{ setting_named('highest_confirm_p') }} as highest_confirm_p,
        {{ setting_named('least_gain') }} as least_gain
    from {{ ref('candidate_rule_settings') }}
),

-- Every condition often enough inspected is a question asked, found or not: the list of questions is what chance has.
asked as (
    select
        counted.*,
        {{ poisson_tail('learned_hits', 'learned_expected_hits') }} as p_value,
        {{ poisson_tail('confirmed_hits', 'confirmed_expected_hits') }} as confirm_p_value
    from {{ ref('int_conditions_counted') }} as counted
    cross join settings
    where counted.learned_inspected >= settings.fewest_inspections
),

listed as (
    {{ with_q_values('asked', 'p_value', within=['source_system']) }}
),

singles as (
    select
        source_system,
        trait_type,
        trait,
        learned_hits / nullif(learned_expected_hits, 0) as learned_ratio
    from listed
    where other_trait is null
)

select
    listed.*,
    case
        when listed.confirmed_inspected < settings.fewest_inspections then 'open'
        when listed.confirm_p_value <= settings.highest_confirm_p then 'confirmed'
        else 'not confirmed'
    end as verdict
from listed
cross join settings
left join singles as one
    on listed.source_system = one.source_system
    and listed.trait_type = one.trait_type
    and listed.trait = one.trait
    and listed.other_trait is not null
left join singles as other
    on listed.source_system = other.source_system
    and listed.other_trait_type = other.trait_type
    and listed.other_trait = other.trait
where
    listed.learned_hits >= settings.fewest_hits
    and listed.q_value <= settings.highest_q_value
    and listed.learned_hits / listed.learned_expected_hits
    >= settings.least_gain * greatest(coalesce(one.learned_ratio, 0), coalesce(other.learned_ratio, 0))
