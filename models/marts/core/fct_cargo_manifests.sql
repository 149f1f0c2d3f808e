with versions as (
    select * from {{ ref('int_cargo_manifests_unioned') }}
),

histories as (
    select
        source_system,
        house_document_id,
        max(version) as version,
        count(*) as version_count,
        min(lodged_at) as first_lodged_at
    from versions
    group by source_system, house_document_id
),

judged as (
    select * from {{ ref('int_cargo_filings_judged') }}
),

timed as (
    select * from {{ ref('int_cargo_filings_timed') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    versions.source_system,
    versions.house_document_id,
    versions.version,
    versions.master_document_id,
    versions.filing_type,
    versions.transport_mode,
    versions.voyage_type,
    versions.place_loading,
    versions.place_discharge,
    versions.consignee_id,
    case when versions.hs6 is not null then sources.hs_version end as hs_version,
    versions.hs6,
    versions.goods_description,
    versions.container_ids,
    versions.containerised as is_containerised,
    versions.consignor_name is not null as has_consignor_name,
    versions.consignor_address is not null as has_consignor_address,
    versions.consignee_name is not null as has_consignee_name,
    versions.consignee_address is not null as has_consignee_address,
    judged.is_vaguely_described,
    judged.is_complete,
    judged.missing_elements,
    histories.first_lodged_at <= timed.filing_due_at as is_on_time,
    versions.risk_level,
    versions.risk_outcome,
    versions.waiver_reason,
    cast(histories.version_count as integer) as version_count,
    versions.pieces,
    versions.gross_mass_kg,
    {{ local_day('versions.arrived_at', 'sources.time_zone') }} as arrived_on,
    timed.filing_due_at,
    histories.first_lodged_at,
    versions.lodged_at,
    versions.loading_at,
    versions.departed_at,
    versions.estimated_arrival_at,
    versions.arrived_at,
    versions.risk_assessed_at,
    versions.mitigation_completed_at
from versions
inner join histories
    on versions.source_system = histories.source_system
    and versions.house_document_id = histories.house_document_id
    and versions.version = histories.version
inner join judged
    on versions.source_system = judged.source_system
    and versions.house_document_id = judged.house_document_id
    and versions.version = judged.version
left join timed
    on versions.source_system = timed.source_system
    and versions.house_document_id = timed.house_document_id
    and versions.version = timed.version
inner join sources
    on versions.source_system = sources.source_system
