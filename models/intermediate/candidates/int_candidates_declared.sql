{{ config(materialized='table') }}

-- Which declarations of both times meet each candidate, inspected or not: with one item that has all of its traits. The
-- items are found by the rarest of them, and asked for the others.
with rarest as (
    select
        judged.candidate_id,
        traits.source_system,
        traits.trait_type,
        traits.trait
    from {{ ref('int_candidates_judged') }} as judged
    inner join {{ ref('int_conditions_of_one') }} as traits
        on judged.trait_1 = traits.condition_id
),

items as (
    select
        traits.*,
        {{ row_key() }} as item_key
    from {{ ref('item_traits') }} as traits
),

told as (
    {{ traits_told('items', 'item_key') }}
),

found as (
    select
        rarest.candidate_id,
        told.item_key
    from rarest
    inner join told
        on rarest.source_system = told.source_system
        and rarest.trait_type = told.trait_type
        and rarest.trait = told.trait
)

select distinct
    judged.candidate_id,
    items.source_system,
    items.declaration_id,
    items.accepted_on > phases.learned_until as is_confirming
from found
inner join {{ ref('int_candidates_judged') }} as judged
    on found.candidate_id = judged.candidate_id
inner join items
    on found.item_key = items.item_key
inner join {{ ref('int_candidate_phases') }} as phases
    on items.source_system = phases.source_system
left join {{ ref('int_conditions_of_one') }} as second
    on judged.trait_2 = second.condition_id
left join {{ ref('int_conditions_of_one') }} as third
    on judged.trait_3 = third.condition_id
left join {{ ref('int_conditions_of_one') }} as fourth
    on judged.trait_4 = fourth.condition_id
where
    {{ has_trait('items', 'second') }}
    and {{ has_trait('items', 'third') }}
    and {{ has_trait('items', 'fourth') }}
