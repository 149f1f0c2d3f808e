{{ config(materialized='table') }}

-- The items of every declaration inspected with a result. An inspection is taken to look at the whole declaration: each
-- of its n items is the nth part of it. A finding that names an item is held against that item alone, one that names
-- none in equal parts against all. A declaration drawn at random and chosen as well counts for both. Those of learning
-- are numbered first: what was mined from them stands while they stay the same.
with {{ inspections_ranked() }},

declarations as (
    select
        source_system,
        declaration_id,
        selection_basis,
        max(depth) as depth,
        max(result_on) as result_on,
        bool_or(is_hit) as is_hit,
        any_value(item_number) filter (where item_rank = 1) as found_item_number,
        any_value(offence_category_code) filter (where item_rank = 1) as category_code,
        any_value(offence_type) filter (where item_rank = 1) as offence_type
    from ranked
    group by source_system, declaration_id, selection_basis
),

items as (
    select
        *,
        count(*) over (partition by source_system, declaration_id) as item_count
    from {{ ref('item_traits') }}
)

select
    cast(row_number() over (
        order by
            declarations.result_on > phases.learned_until,
            items.source_system,
            items.declaration_id,
            declarations.selection_basis,
            items.item_number
    ) as integer) as tested_item_id,
    items.source_system,
    items.declaration_id,
    items.item_number,
    declarations.selection_basis,
    -- Inspections as chosen, as deep and of as many items find alike.
    declarations.selection_basis || ' ' || cast(declarations.depth as varchar) || ' '
    || case when items.item_count = 1 then 'one' when items.is_with_many_items then 'many' else 'few' end as stratum,
    declarations.result_on <= phases.learned_until as is_learned,
    cast(1.0 / items.item_count as decimal(18, 6)) as weight,
    cast(case
        when not declarations.is_hit then 0
        when declarations.found_item_number is null then 1.0 / items.item_count
        when declarations.found_item_number = items.item_number then 1
        else 0
    end as decimal(18, 6)) as hit_weight,
    declarations.category_code,
    declarations.offence_type
from declarations
inner join {{ ref('int_candidate_phases') }} as phases
    on declarations.source_system = phases.source_system
    and declarations.result_on > phases.learned_after
inner join items
    on declarations.source_system = items.source_system
    and declarations.declaration_id = items.declaration_id
