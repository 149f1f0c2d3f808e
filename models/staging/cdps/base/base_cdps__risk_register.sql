-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'risk_register') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'risk_register') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('risk_code') }} as risk_code,
        {{ as_integer('version') }} as version,
        {{ as_text('name') }} as name,
        {{ as_text('category_code') }} as category_code,
        {{ as_text('objective_code') }} as objective_code,
        {{ as_text('legal_basis_code') }} as legal_basis_code,
        {{ as_text('owner') }} as owner,
        {{ as_integer('consequence') }} as consequence,
        {{ as_text('treatment') }} as treatment,
        {{ as_date('reviewed_at') }} as reviewed_at,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('risk_code', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('name', required=true),
            broken('consequence', 'integer', required=true, min=1, max=5),
            broken('reviewed_at', 'date'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['risk_code', 'version']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        risk_code,
        version,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by risk_code, version
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
    on gathered.risk_code = latest.risk_code
    and gathered.version = latest.version
