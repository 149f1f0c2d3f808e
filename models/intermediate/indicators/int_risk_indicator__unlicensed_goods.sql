{{ config(materialized='table') }}

-- Goods under a control measure, declared without the document it asks for. Not for goods that no measure covers.
with items as (
    {{ items_due() }}
),

controlled as (
    select * from {{ ref('int_items_controlled') }}
),

judged as (
    select
        items.item_key,
        controlled.is_licensed is not null as is_applicable,
        not controlled.is_licensed as is_hit,
        1.0 as score,
        'Controlled goods without document ' || controlled.missing_document_codes as evidence
    from items
    left join controlled
        on items.source_system = controlled.source_system
        and items.declaration_id = controlled.declaration_id
        and items.item_number = controlled.item_number
)

{{ risk_indicator('unlicensed_goods') }}
