-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'cargo_manifests') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'cargo_manifests') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('house_document_id') }} as house_document_id,
        {{ as_integer('version') }} as version,
        {{ as_text('master_document_id') }} as master_document_id,
        {{ as_text('filing_type') }} as filing_type,
        {{ as_text('transport_mode') }} as transport_mode,
        {{ as_text('voyage_type') }} as voyage_type,
        {{ as_boolean('containerised') }} as containerised,
        {{ as_timestamp('lodged_at', 'Europe/Athens') }} as lodged_at,
        {{ as_timestamp('loading_at', 'Europe/Athens') }} as loading_at,
        {{ as_timestamp('departed_at', 'Europe/Athens') }} as departed_at,
        {{ as_timestamp('estimated_arrival_at', 'Europe/Athens') }} as estimated_arrival_at,
        {{ as_timestamp('arrived_at', 'Europe/Athens') }} as arrived_at,
        {{ as_timestamp('risk_assessed_at', 'Europe/Athens') }} as risk_assessed_at,
        {{ as_text('risk_level') }} as risk_level,
        {{ as_text('risk_outcome') }} as risk_outcome,
        {{ as_timestamp('mitigation_completed_at', 'Europe/Athens') }} as mitigation_completed_at,
        {{ as_text('waiver_reason') }} as waiver_reason,
        {{ as_integer('pieces') }} as pieces,
        {{ as_decimal('gross_mass_kg', 'decimal(18,3)') }} as gross_mass_kg,
        {{ as_text('hs6') }} as hs6,
        {{ as_text('goods_description') }} as goods_description,
        {{ as_text('consignor_name') }} as consignor_name,
        {{ as_text('consignor_address') }} as consignor_address,
        {{ as_text('consignee_name') }} as consignee_name,
        {{ as_text('consignee_address') }} as consignee_address,
        {{ as_text('consignee_id') }} as consignee_id,
        {{ as_text('place_loading') }} as place_loading,
        {{ as_text('place_discharge') }} as place_discharge,
        {{ as_text('container_ids') }} as container_ids,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('house_document_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('filing_type', allowed=['manifest', 'entry_summary', 'express', 'postal']),
            broken('transport_mode', required=true, allowed=['sea', 'air', 'road', 'rail', 'post', 'other']),
            broken('voyage_type', allowed=['deep_sea', 'short_sea', 'long_haul', 'short_haul', 'land']),
            broken('containerised', 'boolean'),
            broken('lodged_at', 'timestamp', required=true),
            broken('loading_at', 'timestamp'),
            broken('departed_at', 'timestamp'),
            broken('estimated_arrival_at', 'timestamp'),
            broken('arrived_at', 'timestamp'),
            broken('risk_assessed_at', 'timestamp'),
            broken('risk_level', allowed=['low', 'medium', 'high']),
            broken('risk_outcome', allowed=['assessment_complete', 'request_for_information', 'request_for_amendment', 'request_for_screening', 'do_not_load', 'control']),
            broken('mitigation_completed_at', 'timestamp'),
            broken('pieces', 'integer', min=0),
            broken('gross_mass_kg', 'decimal(18,3)', min=0),
            broken('hs6', pattern='^[0-9]{6}$'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['house_document_id', 'version']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        house_document_id,
        version,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by house_document_id, version
    having count(*) > 1
)

select
    gathered.*,
    case
        when gathered.reasons is not null then 'quarantined'
        when gathered._arrival < latest._arrival then 'superseded'
        else 'accepted'
    end as record_outcome,
    '{{ this_run() }}' as _settled_in
from gathered
left join latest
    on gathered.house_document_id = latest.house_document_id
    and gathered.version = latest.version
