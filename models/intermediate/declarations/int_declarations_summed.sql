{{ config(materialized='incremental', unique_key='declaration_id') }}

-- What the items of a declaration come to, and its main item: the one of the highest customs value,
-- the first of equals.
with items as (
    select items.* from {{ ref('int_declaration_items_collapsed') }} as items
    {{ only_due('items') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, declaration_id
            order by customs_value_national desc nulls last, item_number asc
        ) as value_rank,
        cast(count(*) over (partition by source_system, declaration_id) as integer) as item_count,
        sum(customs_value_national) over (partition by source_system, declaration_id) as total_value,
        sum(net_mass_kg) over (partition by source_system, declaration_id) as total_mass
    from items
)

select
    source_system,
    declaration_id,
    item_count,
    cast(total_value as decimal(18, 2)) as customs_value_national,
    cast(total_mass as decimal(18, 3)) as net_mass_kg,
    hs_version,
    hs6,
    chapter_code,
    country_origin,
    route
from ranked
where value_rank = 1
