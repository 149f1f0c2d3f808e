{{ config(materialized='table') }}

-- What the items of a declaration come to, and its main item: the one of the highest customs value,
-- the first of equals.
with items as (
    select * from {{ ref('int_declaration_items_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

ranked as (
    select
        items.*,
        declarations.country_dispatch,
        row_number() over (
            partition by items.source_system, items.declaration_id
            order by items.customs_value_national desc nulls last, items.item_number asc
        ) as value_rank
    from items
    inner join declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
        and items.version = declarations.version
)

select
    source_system,
    declaration_id,
    cast(count(*) as integer) as item_count,
    cast(sum(customs_value_national) as decimal(18, 2)) as customs_value_national,
    cast(sum(net_mass_kg) as decimal(18, 3)) as net_mass_kg,
    max(case when value_rank = 1 then hs_version end) as hs_version,
    max(case when value_rank = 1 then hs6 end) as hs6,
    max(case when value_rank = 1 then chapter_code end) as chapter_code,
    max(case when value_rank = 1 then country_origin end) as country_origin,
    max(case when value_rank = 1 then country_origin || '>' || country_dispatch end) as route
from ranked
group by source_system, declaration_id
