with items as (
    select * from {{ ref('int_declaration_items_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
)

select
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.version,
    declarations.office_code,
    declarations.regime,
    items.commodity_code,
    items.hs_version,
    items.hs6,
    items.chapter_code,
    items.goods_description,
    items.country_origin,
    declarations.country_dispatch,
    items.country_origin || '>' || declarations.country_dispatch as route,
    items.preference_code,
    items.supporting_document_codes,
    items.container_ids,
    items.supplementary_unit,
    items.currency,
    declarations.currency_national,
    items.packages,
    items.gross_mass_kg,
    items.net_mass_kg,
    items.supplementary_quantity,
    items.customs_value,
    items.customs_value_national,
    items.tax_rate_percent,
    declarations.accepted_on
from items
inner join declarations
    on items.source_system = declarations.source_system
    and items.declaration_id = declarations.declaration_id
    and items.version = declarations.version
