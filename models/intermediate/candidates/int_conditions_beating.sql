{{ config(materialized='mined') }}

-- Conditions beyond chance that also beat each of their shorter parts: by enough, and by more than chance does if the
-- hits of the part fell anywhere in it. A part that was looked at little elsewhere is no rival: it would say more than
-- anybody saw.
with settings as (
    select
        {{ setting_named('fewest_hits') }} as fewest_hits,
        {{ setting_named('highest_q_value') }} as highest_q_value,
        {{ setting_named('least_gain') }} as least_gain,
        {{ setting_named('highest_gain_p') }} as highest_gain_p
    from {{ ref('candidate_rule_settings') }}
),

weighed as (
    select
        weighed.*,
        asked.trait_1,
        asked.trait_2,
        asked.trait_3,
        asked.trait_4
    from {{ ref('int_conditions_weighed') }} as weighed
    inner join {{ ref('int_conditions_asked') }} as asked
        on weighed.traits = asked.traits
        and weighed.condition_id = asked.condition_id
),

beyond_chance as (
    select weighed.*
    from weighed
    cross join settings
    where
        {{ whole_hits('weighed.hits') }} >= settings.fewest_hits
        and weighed.q_value <= settings.highest_q_value
),

parts as (
    {{ condition_parts('beyond_chance') }}
),

compared as (
    select
        parts.*,
        weighed.hits as part_hits,
        -- Its share of the part: of what was inspected, or of the trade if inspections were crowded into it.
        least(parts.expected_hits / weighed.expected_hits, parts.trade / weighed.trade) as share_of_part,
        min(parts.hits / weighed.hits / least(
            parts.expected_hits / weighed.expected_hits, parts.trade / weighed.trade
        )) over (
            partition by parts.source_system, parts.target, parts.traits, parts.condition_id
        ) as gain
    from parts
    inner join weighed
        on parts.source_system = weighed.source_system
        and parts.target = weighed.target
        and parts.trait_1 = weighed.trait_1
        and parts.trait_2 = weighed.trait_2
        and parts.trait_3 = weighed.trait_3
        and parts.trait_4 = weighed.trait_4
),

beaten as (
    select
        compared.source_system,
        compared.target,
        compared.traits,
        compared.condition_id,
        bool_and(coalesce({{ binomial_tail(
            whole_hits('compared.hits'),
            whole_hits('compared.part_hits'),
            'compared.share_of_part'
        ) }} <= settings.highest_gain_p, false)) as beats_its_parts
    from compared
    cross join settings
    where compared.gain >= settings.least_gain
    group by compared.source_system, compared.target, compared.traits, compared.condition_id
)

select beyond_chance.*
from beyond_chance
left join beaten
    on beyond_chance.source_system = beaten.source_system
    and beyond_chance.target = beaten.target
    and beyond_chance.traits = beaten.traits
    and beyond_chance.condition_id = beaten.condition_id
where beyond_chance.traits = 1 or beaten.beats_its_parts
