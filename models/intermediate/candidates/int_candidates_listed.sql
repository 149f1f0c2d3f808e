{{ config(materialized='table') }}

-- What is listed as a candidate, the surest first: by a lower limit of its lift that holds though so many are looked
-- at, which weighs how much it finds with how sure that is. Its traits are put in the order of how rare they are, by
-- which they are looked up.
with settings as (
    select {{ setting_named('sure_limit_z') }} as sure_limit_z
    from {{ ref('candidate_rule_settings') }}
),

ordered as (
    select
        beating.source_system,
        beating.target,
        beating.traits,
        beating.condition_id,
        traits.condition_id as trait_id,
        row_number() over (
            partition by beating.source_system, beating.target, beating.traits, beating.condition_id
            order by traits.inspected_items asc, traits.condition_id asc
        ) as place
    from {{ ref('int_conditions_beating') }} as beating
    inner join {{ ref('int_conditions_of_one') }} as traits
        on traits.condition_id in (beating.trait_1, beating.trait_2, beating.trait_3, beating.trait_4)
),

told as (
    select
        {% for place in range(1, 5) %}
            coalesce(max(case when place = {{ place }} then trait_id end), 0) as trait_{{ place }},
        {% endfor %}
        source_system,
        target,
        traits,
        condition_id
    from ordered
    group by source_system, target, traits, condition_id
),

limited as (
    select
        beating.*,
        round(
            greatest({{ count_lower('beating.hits', z='settings.sure_limit_z') }}, 0) / beating.expected_hits, 6
        ) as lift_lower
    from {{ ref('int_conditions_beating') }} as beating
    cross join settings
)

select
    cast(row_number() over (
        order by
            limited.source_system asc,
            limited.lift_lower desc,
            limited.p_value asc,
            limited.traits asc,
            limited.condition_id asc,
            limited.target asc
    ) as integer) as candidate_id,
    limited.source_system,
    limited.target,
    limited.traits,
    told.trait_1,
    told.trait_2,
    told.trait_3,
    told.trait_4,
    limited.hits,
    limited.expected_hits,
    limited.lift_lower,
    limited.questions,
    limited.p_value,
    limited.q_value
from limited
inner join told
    on limited.source_system = told.source_system
    and limited.target = told.target
    and limited.traits = told.traits
    and limited.condition_id = told.condition_id
