-- Every condition that is asked about, of any length; traits it has not are 0. So many tries has chance.
select
    source_system,
    1 as traits,
    condition_id,
    trait_1,
    0 as trait_2,
    0 as trait_3,
    0 as trait_4,
    0 as prefix_id,
    condition_id as last_trait_id,
    inspected_items
from {{ ref('int_conditions_of_one') }}

union all

select
    source_system,
    {{ 2 }} as traits,
    condition_id,
    trait_1,
    trait_2,
    0 as trait_3,
    0 as trait_4,
    prefix_id,
    last_trait_id,
    inspected_items
from {{ ref('int_conditions_of_two') }}

union all

select
    source_system,
    {{ 3 }} as traits,
    condition_id,
    trait_1,
    trait_2,
    trait_3,
    0 as trait_4,
    prefix_id,
    last_trait_id,
    inspected_items
from {{ ref('int_conditions_of_three') }}

union all

select
    source_system,
    {{ 4 }} as traits,
    condition_id,
    trait_1,
    trait_2,
    trait_3,
    trait_4,
    prefix_id,
    last_trait_id,
    inspected_items
from {{ ref('int_conditions_of_four') }}
