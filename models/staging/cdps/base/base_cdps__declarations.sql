-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'declarations') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'declarations') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_integer('version') }} as version,
        {{ as_text('status') }} as status,
        {{ as_text('office_code') }} as office_code,
        {{ as_text('regime') }} as regime,
        {{ as_text('procedure_code') }} as procedure_code,
        {{ as_text('transport_mode') }} as transport_mode,
        {{ as_timestamp('version_lodged_at', 'Europe/Athens') }} as version_lodged_at,
        {{ as_timestamp('accepted_at', 'Europe/Athens') }} as accepted_at,
        {{ as_timestamp('assessed_at', 'Europe/Athens') }} as assessed_at,
        {{ as_timestamp('paid_at', 'Europe/Athens') }} as paid_at,
        {{ as_timestamp('released_at', 'Europe/Athens') }} as released_at,
        {{ as_timestamp('invalidated_at', 'Europe/Athens') }} as invalidated_at,
        {{ as_text('channel_final') }} as channel_final,
        {{ as_text('importer_id') }} as importer_id,
        {{ as_text('exporter_id') }} as exporter_id,
        {{ as_text('declarant_id') }} as declarant_id,
        {{ as_text('representative_id') }} as representative_id,
        {{ as_text('country_dispatch') }} as country_dispatch,
        {{ as_text('country_destination') }} as country_destination,
        {{ as_text('house_document_id') }} as house_document_id,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('declaration_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('status', required=true, allowed=['lodged', 'accepted', 'released', 'invalidated']),
            broken('office_code', required=true),
            broken('regime', required=true, allowed=['import', 'export', 'transit']),
            broken('transport_mode', allowed=['sea', 'air', 'road', 'rail', 'post', 'other']),
            broken('version_lodged_at', 'timestamp', required=true),
            broken('accepted_at', 'timestamp'),
            broken('assessed_at', 'timestamp'),
            broken('paid_at', 'timestamp'),
            broken('released_at', 'timestamp', not_before='accepted_at', time_zone='Europe/Athens'),
            broken('invalidated_at', 'timestamp'),
            broken('channel_final', allowed=['green', 'blue', 'yellow', 'red']),
            broken('country_dispatch', pattern='^[A-Z]{2}$'),
            broken('country_destination', pattern='^[A-Z]{2}$'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id', 'version']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        version,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id, version
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
    on gathered.declaration_id = latest.declaration_id
    and gathered.version = latest.version
