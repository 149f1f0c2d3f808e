{{ config(materialized='table') }}

-- What the items of a declaration come to, and its main item: the one of the highest customs value,
-- the first of equals.
with items as (
    select * from {{ ref('int_declaration_items_collapsed') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, declaration_id
            order by customs_value_national desc nulls last, item_number asc
        ) as value_rank
    from items
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
    max(case when value_rank = 1 then route end) as route
from ranked
group by source_system, declaration_id
