{{ config(materialized='table') }}

-- Which declarations of both times meet each candidate, inspected or not: with one item that has all of its traits.
with used as (
    select distinct
        traits.source_system,
        traits.trait_type,
        traits.trait,
        traits.condition_id as trait_id
    from {{ ref('int_candidates_judged') }} as judged
    inner join {{ ref('int_conditions_of_one') }} as traits
        on traits.condition_id in (judged.trait_1, judged.trait_2, judged.trait_3, judged.trait_4)
),

items as (
    select
        *,
        {{ row_key() }} as item_key
    from {{ ref('item_traits') }}
),

traits_of_items as (
    {{ traits_told('items', 'item_key') }}
),

told as (
    select
        traits_of_items.item_key,
        used.trait_id
    from traits_of_items
    inner join used
        on traits_of_items.source_system = used.source_system
        and traits_of_items.trait_type = used.trait_type
        and traits_of_items.trait = used.trait
),

met as (
    {{ candidates_met('told', ['item_key']) }}
)

select distinct
    met.candidate_id,
    items.source_system,
    items.declaration_id,
    items.accepted_on > phases.learned_until as is_confirming
from met
inner join {{ ref('int_candidates_judged') }} as judged
    on met.candidate_id = judged.candidate_id
inner join items
    on met.item_key = items.item_key
inner join {{ ref('int_candidate_phases') }} as phases
    on items.source_system = phases.source_system
