-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'seizures') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'seizures') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('seizure_id') }} as seizure_id,
        {{ as_integer('version') }} as version,
        {{ as_integer('line_number') }} as line_number,
        {{ as_boolean('is_primary_line') }} as is_primary_line,
        {{ as_text('status') }} as status,
        {{ as_timestamp('seized_at', 'Europe/Athens') }} as seized_at,
        {{ as_text('office_code') }} as office_code,
        {{ as_text('place_code') }} as place_code,
        {{ as_text('direction') }} as direction,
        {{ as_text('traffic') }} as traffic,
        {{ as_text('transport_mode') }} as transport_mode,
        {{ as_text('selection_basis') }} as selection_basis,
        {{ as_text('detection_means') }} as detection_means,
        {{ as_text('concealment_method') }} as concealment_method,
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_text('house_document_id') }} as house_document_id,
        {{ as_text('container_id') }} as container_id,
        {{ as_text('operator_id') }} as operator_id,
        {{ as_text('operator_role') }} as operator_role,
        {{ as_text('commodity_code') }} as commodity_code,
        {{ as_text('country_origin') }} as country_origin,
        {{ as_text('country_departure') }} as country_departure,
        {{ as_text('country_transit') }} as country_transit,
        {{ as_text('country_destination') }} as country_destination,
        {{ as_text('category_code') }} as category_code,
        {{ as_text('subcategory') }} as subcategory,
        {{ as_decimal('quantity', 'decimal(18,3)') }} as quantity,
        {{ as_text('unit') }} as unit,
        {{ as_decimal('value_national', 'decimal(18,2)') }} as value_national,
        {{ as_text('case_id') }} as case_id,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('seizure_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('line_number', 'integer', required=true, min=1),
            broken('is_primary_line', 'boolean'),
            broken('status', required=true, allowed=['detained', 'seized', 'returned', 'annulled']),
            broken('seized_at', 'timestamp', required=true),
            broken('office_code', required=true),
            broken('place_code', pattern='^[A-Z]{2}[A-Z2-9]{3}$'),
            broken('direction', allowed=['import', 'export', 'transit', 'internal']),
            broken('traffic', allowed=['cargo', 'express', 'post', 'passenger', 'crew', 'vehicle', 'inland']),
            broken('transport_mode', allowed=['sea', 'air', 'road', 'rail', 'post', 'other']),
            broken('selection_basis', allowed=['criteria', 'model', 'random', 'intelligence', 'officer', 'referral', 'none']),
            broken('detection_means', allowed=['documentary', 'nii', 'canine', 'physical', 'laboratory', 'other']),
            broken('operator_role', allowed=['importer', 'exporter', 'declarant', 'representative', 'carrier', 'other']),
            broken('commodity_code', pattern='^[0-9]{6,12}$'),
            broken('country_origin', pattern='^[A-Z]{2}$'),
            broken('country_departure', pattern='^[A-Z]{2}$'),
            broken('country_transit', pattern='^[A-Z]{2}$'),
            broken('country_destination', pattern='^[A-Z]{2}$'),
            broken('category_code', required=true),
            broken('quantity', 'decimal(18,3)', min=0),
            broken('value_national', 'decimal(18,2)', min=0),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['seizure_id', 'version', 'line_number']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        seizure_id,
        version,
        line_number,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by seizure_id, version, line_number
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
    on gathered.seizure_id = latest.seizure_id
    and gathered.version = latest.version
    and gathered.line_number = latest.line_number
