{{ config(materialized='incremental', unique_key='declaration_id') }}

-- What risk indicators look at: the items of every accepted declaration as it was then, also of those withdrawn later,
-- since that was not known. The key is a number, because all indicators of every item are joined by it.
-- Those that are due are of declarations made in this run: a join of what is due would come after all items are known.
with items as (
    select * from {{ ref('int_declaration_items_accepted') }}
    {%- if is_incremental() or not execute %}
        where _made_in = '{{ this_run() }}' -- those of {{ ref('int_declarations_due') }}
    {%- endif %}
)

select
    {{ next_row_key('item_key') }} as item_key,
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.office_code,
    items.regime,
    items.procedure_code,
    items.transport_mode,
    {{ trader_id('items') }} as trader_id,
    items.importer_id,
    items.declarant_id,
    items.exporter_id,
    items.house_document_id,
    items.hs6,
    items.goods_description,
    items.country_origin,
    items.country_dispatch,
    items.country_destination,
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
    items.lodged_on,
    items.lodged_hour,
    items.accepted_at
from items
