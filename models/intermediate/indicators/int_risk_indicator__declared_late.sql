{{ config(materialized='table') }}

-- Goods that lay for days before anyone declared them: somebody waited, for papers, for a shift or for a quiet moment.
-- Only where the arrival of the house consignment is known.
with items as (
    {{ items_due() }}
),

parameters as (
    {{ indicator_parameters('declared_late', ['late_hours']) }}
),

consignments as (
    select * from {{ ref('fct_cargo_manifests') }}
),

waited as (
    select
        items.item_key,
        {{ hours_between('consignments.arrived_at', 'items.accepted_at') }} as hours
    from items
    left join consignments
        on items.source_system = consignments.source_system
        and items.house_document_id = consignments.house_document_id
),

judged as (
    select
        waited.item_key,
        waited.hours is not null as is_applicable,
        waited.hours > parameters.late_hours as is_hit,
        1.0 as score,
        'Declared ' || {{ said('waited.hours') }} || ' hours after arrival' as evidence
    from waited
    cross join parameters
)

{{ risk_indicator('declared_late') }}
