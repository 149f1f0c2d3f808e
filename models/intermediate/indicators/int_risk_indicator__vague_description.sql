{{ config(materialized='table') }}

-- Goods described in words that say nothing, by whoever declared them or by whoever carried them. Where neither
-- described them at all there is nothing to judge.
with items as (
    {{ items_due() }}
),

consignments as (
    select * from {{ ref('fct_cargo_manifests') }}
),

vague as (
    select * from {{ ref('vague_descriptions') }}
),

judged as (
    select
        items.item_key,
        items.goods_description is not null or consignments.goods_description is not null as is_applicable,
        vague_items.term is not null or vague_consignments.term is not null as is_hit,
        1.0 as score,
        'Described as "' || coalesce(vague_items.term, vague_consignments.term) || '"' as evidence
    from items
    left join consignments
        on items.source_system = consignments.source_system
        and items.house_document_id = consignments.house_document_id
    left join vague as vague_items
        on lower(items.goods_description) = vague_items.term
    left join vague as vague_consignments
        on lower(consignments.goods_description) = vague_consignments.term
)

{{ risk_indicator('vague_description') }}
