-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'transit_movements') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'transit_movements') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('movement_id') }} as movement_id,
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_text('office_departure') }} as office_departure,
        {{ as_text('office_destination') }} as office_destination,
        {{ as_timestamp('departed_at', 'Europe/Athens') }} as departed_at,
        {{ as_timestamp('due_at', 'Europe/Athens') }} as due_at,
        {{ as_timestamp('discharged_at', 'Europe/Athens') }} as discharged_at,
        {{ as_boolean('seal_intact') }} as seal_intact,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('movement_id', required=true),
            broken('office_departure', required=true),
            broken('office_destination', required=true),
            broken('departed_at', 'timestamp', required=true),
            broken('due_at', 'timestamp', required=true, not_before='departed_at', time_zone='Europe/Athens'),
            broken('discharged_at', 'timestamp', not_before='departed_at', time_zone='Europe/Athens'),
            broken('seal_intact', 'boolean'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['movement_id']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        movement_id,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by movement_id
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
    on gathered.movement_id = latest.movement_id
