{{ config(materialized='table') }}

-- The goods are addressed to one, and another declares them. Only where both are named.
with items as (
    {{ items_due() }}
),

consignments as (
    select * from {{ ref('fct_cargo_manifests') }}
),

judged as (
    select
        items.item_key,
        items.regime = 'import' and items.importer_id is not null and consignments.consignee_id is not null
            as is_applicable,
        items.importer_id <> consignments.consignee_id as is_hit,
        1.0 as score,
        'Addressed to ' || consignments.consignee_id || ', declared for ' || items.importer_id as evidence
    from items
    left join consignments
        on items.source_system = consignments.source_system
        and items.house_document_id = consignments.house_document_id
)

{{ risk_indicator('consignee_unlike_importer') }}
