-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'inspections') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'inspections') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('inspection_id') }} as inspection_id,
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_integer('item_number') }} as item_number,
        {{ as_text('house_document_id') }} as house_document_id,
        {{ as_text('container_id') }} as container_id,
        {{ as_text('parent_inspection_id') }} as parent_inspection_id,
        {{ as_text('type') }} as type,
        {{ as_text('control_type_code') }} as control_type_code,
        {{ as_text('selection_reason') }} as selection_reason,
        {{ as_text('rule_code') }} as rule_code,
        {{ as_integer('rule_version') }} as rule_version,
        {{ as_timestamp('ordered_at', 'Europe/Athens') }} as ordered_at,
        {{ as_timestamp('started_at', 'Europe/Athens') }} as started_at,
        {{ as_timestamp('ended_at', 'Europe/Athens') }} as ended_at,
        {{ as_timestamp('result_recorded_at', 'Europe/Athens') }} as result_recorded_at,
        {{ as_text('officer_id') }} as officer_id,
        {{ as_text('nii_device_id') }} as nii_device_id,
        {{ as_timestamp('scan_started_at', 'Europe/Athens') }} as scan_started_at,
        {{ as_timestamp('scan_ended_at', 'Europe/Athens') }} as scan_ended_at,
        {{ as_text('nii_verdict') }} as nii_verdict,
        {{ as_text('result') }} as result,
        {{ as_text('offence_type') }} as offence_type,
        {{ as_text('offence_category_code') }} as offence_category_code,
        {{ as_text('severity') }} as severity,
        {{ as_decimal('additional_duty', 'decimal(18,2)') }} as additional_duty,
        {{ as_decimal('penalty', 'decimal(18,2)') }} as penalty,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('inspection_id', required=true),
            broken('item_number', 'integer', min=1),
            broken('type', required=true, allowed=['documentary', 'nii', 'physical']),
            broken('selection_reason', allowed=['criteria', 'model', 'random', 'random_top_up', 'intelligence', 'officer']),
            broken('rule_version', 'integer', min=1),
            broken('ordered_at', 'timestamp', required=true),
            broken('started_at', 'timestamp'),
            broken('ended_at', 'timestamp', not_before='started_at', time_zone='Europe/Athens'),
            broken('result_recorded_at', 'timestamp'),
            broken('scan_started_at', 'timestamp'),
            broken('scan_ended_at', 'timestamp', not_before='scan_started_at', time_zone='Europe/Athens'),
            broken('nii_verdict', allowed=['clear', 'suspect']),
            broken('result', required=true, allowed=['compliant', 'non_compliant', 'pending', 'not_performed']),
            broken('severity', allowed=['formal', 'minor', 'serious']),
            broken('additional_duty', 'decimal(18,2)', min=0),
            broken('penalty', 'decimal(18,2)', min=0),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['inspection_id']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        inspection_id,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by inspection_id
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
    on gathered.inspection_id = latest.inspection_id
