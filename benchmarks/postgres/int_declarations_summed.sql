-- int_declarations_summed: what the items of a declaration come to, and its main item.
with ranked as (
    select
        *,
        row_number() over (
            partition by source_system, declaration_id
            order by customs_value_national desc nulls last, item_number asc
        ) as value_rank,
        count(*) over (partition by source_system, declaration_id) as item_count,
        sum(customs_value_national) over (partition by source_system, declaration_id) as total_value,
        sum(net_mass_kg) over (partition by source_system, declaration_id) as total_mass
    from int_declaration_items_collapsed
)

select
    source_system,
    declaration_id,
    item_count::integer as item_count,
    total_value::numeric(18, 2) as customs_value_national,
    total_mass::numeric(18, 3) as net_mass_kg,
    hs_version,
    hs6,
    chapter_code,
    country_origin,
    route
from ranked
where value_rank = 1
