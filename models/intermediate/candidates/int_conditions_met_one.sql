{{ config(materialized='table') }}

-- Which inspected items meet the conditions of one trait, in both times.
select
    told.tested_item_id,
    traits.condition_id,
    0 as prefix_id,
    traits.condition_id as last_trait_id,
    traits.family,
    told.is_learned
from {{ ref('int_traits_told') }} as told
inner join {{ ref('int_conditions_of_one') }} as traits
    on told.source_system = traits.source_system
    and told.trait_type = traits.trait_type
    and told.trait = traits.trait
