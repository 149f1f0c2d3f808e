{{ config(materialized='incremental', unique_key='declaration_id') }}

-- What risk indicators look at: the items of every accepted declaration as it was then, also of those withdrawn later,
-- since that was not known. The key is a number, because all indicators of every item are joined by it.
with items as (
    select items.* from {{ ref('int_declaration_items_accepted') }} as items
    {{ only_due('items') }}
),

declarations as (
    select * from {{ ref('int_declarations_accepted') }}
)

select
    {{ next_row_key('item_key') }} as item_key,
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.office_code,
    items.regime,
    declarations.procedure_code,
    declarations.transport_mode,
    {{ trader_id('declarations') }} as trader_id,
    declarations.importer_id,
    declarations.declarant_id,
    declarations.exporter_id,
    declarations.house_document_id,
    items.hs6,
    items.goods_description,
    items.country_origin,
    items.country_dispatch,
    declarations.country_destination,
    items.preference_code,
    items.tax_rate_percent,
    coalesce(items.container_ids, '') <> '' as is_in_container,
    items.net_mass_kg,
    items.customs_value_national,
    items.currency_national,
    {{ log_ratio('items.customs_value_national', 'items.net_mass_kg') }} as log_unit_value,
    items.packages,
    {{ log_ratio('items.gross_mass_kg', 'items.packages') }} as log_package_mass,
    items.accepted_on,
    {{ first_of('month', 'items.accepted_on') }} as month_on,
    declarations.lodged_on,
    declarations.lodged_hour,
    declarations.accepted_at
from items
inner join declarations
    on items.source_system = declarations.source_system
    and items.declaration_id = declarations.declaration_id
