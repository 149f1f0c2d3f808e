{{ config(materialized='incremental', unique_key='house_document_id') }}

with filings as (
    select filings.* from {{ ref('int_cargo_filings_timed') }} as filings
    {{ only_due('filings', 'house_document_id') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    filings.source_system,
    filings.house_document_id,
    filings.version,
    filings.master_document_id,
    filings.filing_type,
    filings.transport_mode,
    filings.voyage_type,
    filings.place_loading,
    filings.place_discharge,
    filings.consignee_id,
    case when filings.hs6 is not null then sources.hs_version end as hs_version,
    filings.hs6,
    filings.goods_description,
    filings.container_ids,
    filings.containerised as is_containerised,
    filings.consignor_name is not null as has_consignor_name,
    filings.consignor_address is not null as has_consignor_address,
    filings.consignee_name is not null as has_consignee_name,
    filings.consignee_address is not null as has_consignee_address,
    filings.is_vaguely_described,
    filings.is_complete,
    filings.missing_elements,
    filings.first_lodged_at <= filings.filing_due_at as is_on_time,
    filings.risk_level,
    filings.risk_outcome,
    filings.waiver_reason,
    filings.version_count,
    filings.pieces,
    filings.gross_mass_kg,
    {{ local_day('filings.arrived_at', 'sources.time_zone') }} as arrived_on,
    filings.filing_due_at,
    filings.first_lodged_at,
    filings.lodged_at,
    filings.loading_at,
    filings.departed_at,
    filings.estimated_arrival_at,
    filings.arrived_at,
    filings.risk_assessed_at,
    filings.mitigation_completed_at
from filings
inner join sources
    on filings.source_system = sources.source_system
