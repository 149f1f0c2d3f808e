-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'operators') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'operators') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('operator_id') }} as operator_id,
        {{ as_text('name') }} as name,
        {{ as_text('country') }} as country,
        {{ as_text('sector') }} as sector,
        {{ as_text('aeo_type') }} as aeo_type,
        {{ as_text('aeo_status') }} as aeo_status,
        {{ as_date('valid_from') }} as valid_from,
        {{ as_date('valid_to') }} as valid_to,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('operator_id', required=true),
            broken('country', pattern='^[A-Z]{2}$'),
            broken('aeo_type', allowed=['AEOC', 'AEOS', 'both']),
            broken('aeo_status', allowed=['active', 'suspended', 'revoked']),
            broken('valid_from', 'date', required=true),
            broken('valid_to', 'date', not_before='valid_from'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['operator_id', 'valid_from']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        operator_id,
        valid_from,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by operator_id, valid_from
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
    on gathered.operator_id = latest.operator_id
    and gathered.valid_from = latest.valid_from
