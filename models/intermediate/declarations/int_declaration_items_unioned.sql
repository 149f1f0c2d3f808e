-- Items of every version of every declaration, of every source.
with sources as (
    select * from {{ ref('sources') }}
),

cdps as (
    select
        source_system,
        declaration_id,
        version,
        item_number,
        commodity_code,
        goods_description,
        country_origin,
        packages,
        gross_mass_kg,
        net_mass_kg,
        supplementary_quantity,
        supplementary_unit,
        customs_value,
        currency,
        customs_value_national,
        cast(null as decimal(9, 4)) as tax_rate_percent,
        preference_code,
        supporting_document_codes,
        container_ids
    from {{ ref('stg_cdps__declaration_items') }}
),

-- One declaration is one item. The type of tax says which tariff was claimed.
kcs as (
    select
        source_system,
        declaration_id,
        1 as version,
        1 as item_number,
        hs6 as commodity_code,
        cast(null as varchar) as goods_description,
        country_origin,
        cast(null as integer) as packages,
        cast(null as decimal(18, 3)) as gross_mass_kg,
        net_mass_kg,
        cast(null as decimal(18, 3)) as supplementary_quantity,
        cast(null as varchar) as supplementary_unit,
        item_price_krw as customs_value,
        'KRW' as currency,
        item_price_krw as customs_value_national,
        tax_rate_percent,
        tax_type as preference_code,
        cast(null as varchar) as supporting_document_codes,
        cast(null as varchar) as container_ids
    from {{ ref('stg_kcs__declarations') }}
),

every_item as (
    select * from cdps
    union all
    select * from kcs
)

select
    every_item.*,
    sources.hs_version,
    left(every_item.commodity_code, 6) as hs6,
    left(every_item.commodity_code, 2) as chapter_code
from every_item
inner join sources
    on every_item.source_system = sources.source_system
