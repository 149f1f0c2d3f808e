{{ config(materialized='mined') }}

-- The traits that are asked about: inspected often enough while learning, and not nearly all of what was inspected.
-- Of a trait and a wider one that is nearly the same, so that none can beat the other, the narrower is asked about: it
-- says it better.
with settings as (
    select
        {{ setting_named('fewest_inspections') }} as fewest_inspections,
        {{ setting_named('least_gain') }} as least_gain
    from {{ ref('candidate_rule_settings') }}
),

told as (
    select * from {{ ref('int_traits_told') }}
    where is_learned
),

kinds as (
    select * from {{ ref('condition_traits') }}
),

inspected as (
    select
        source_system,
        count(*) as inspected_items
    from {{ ref('int_items_inspected') }}
    where is_learned
    group by source_system
),

counted as (
    select
        source_system,
        trait_type,
        trait,
        count(*) as inspected_items
    from told
    group by source_system, trait_type, trait
),

repeated as (
    select distinct
        wider.source_system,
        wider.trait_type,
        wider.trait
    from (
        select
            told.source_system,
            told.trait_type,
            told.trait,
            wider_told.trait_type as wider_type,
            wider_told.trait as wider_trait,
            count(*) as shared_items
        from told
        inner join kinds
            on told.trait_type = kinds.trait_type
        inner join told as wider_told
            on told.tested_item_id = wider_told.tested_item_id
            and kinds.contained_in = wider_told.trait_type
        group by told.source_system, told.trait_type, told.trait, wider_told.trait_type, wider_told.trait
    ) as narrower
    inner join counted as wider
        on narrower.source_system = wider.source_system
        and narrower.wider_type = wider.trait_type
        and narrower.wider_trait = wider.trait
    cross join settings
    where narrower.shared_items * settings.least_gain > wider.inspected_items
)

select
    cast(row_number() over (order by counted.source_system, counted.trait_type, counted.trait) as integer)
        as condition_id,
    cast(row_number() over (order by counted.source_system, counted.trait_type, counted.trait) as integer) as trait_1,
    counted.source_system,
    counted.trait_type,
    kinds.family,
    counted.trait,
    counted.inspected_items
from counted
cross join settings
inner join kinds
    on counted.trait_type = kinds.trait_type
inner join inspected
    on counted.source_system = inspected.source_system
left join repeated
    on counted.source_system = repeated.source_system
    and counted.trait_type = repeated.trait_type
    and counted.trait = repeated.trait
where
    counted.inspected_items >= settings.fewest_inspections
    and counted.inspected_items * settings.least_gain <= inspected.inspected_items
    and repeated.trait is null
