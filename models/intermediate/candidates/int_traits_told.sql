{{ config(materialized='table') }}

-- What each inspected item is told by at acceptance, long: one row for each trait.
with inspected as (
    select
        traits.*,
        items.tested_item_id,
        items.is_learned
    from {{ ref('int_items_inspected') }} as items
    inner join {{ ref('item_traits') }} as traits
        on items.source_system = traits.source_system
        and items.declaration_id = traits.declaration_id
        and items.item_number = traits.item_number
)

{{ traits_told('inspected', 'tested_item_id, is_learned') }}
