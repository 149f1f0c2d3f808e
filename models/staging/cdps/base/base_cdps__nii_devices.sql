-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'nii_devices') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'nii_devices') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('device_id') }} as device_id,
        {{ as_text('office_code') }} as office_code,
        {{ as_date('day') }} as day,
        {{ as_decimal('available_hours', 'decimal(6,2)') }} as available_hours,
        {{ as_decimal('scanning_hours', 'decimal(6,2)') }} as scanning_hours,
        {{ as_decimal('downtime_hours', 'decimal(6,2)') }} as downtime_hours,
        {{ as_integer('scans') }} as scans,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('device_id', required=true),
            broken('office_code', required=true),
            broken('day', 'date', required=true),
            broken('available_hours', 'decimal(6,2)', min=0, max=24),
            broken('scanning_hours', 'decimal(6,2)', min=0, max=24),
            broken('downtime_hours', 'decimal(6,2)', min=0, max=24),
            broken('scans', 'integer', min=0),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['device_id', 'day']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        device_id,
        day,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by device_id, day
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
    on gathered.device_id = latest.device_id
    and gathered.day = latest.day
