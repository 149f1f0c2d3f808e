{{ config(materialized='incremental', unique_key='declaration_id') }}

select
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.version,
    items.office_code,
    items.regime,
    items.commodity_code,
    items.hs_version,
    items.hs6,
    items.chapter_code,
    items.goods_description,
    items.country_origin,
    items.country_dispatch,
    items.route,
    items.preference_code,
    items.supporting_document_codes,
    items.container_ids,
    items.supplementary_unit,
    items.currency,
    items.currency_national,
    items.packages,
    items.gross_mass_kg,
    items.net_mass_kg,
    items.supplementary_quantity,
    items.customs_value,
    items.customs_value_national,
    items.tax_rate_percent,
    items.accepted_on
from {{ ref('int_declaration_items_collapsed') }} as items
{{ only_due('items') }}
