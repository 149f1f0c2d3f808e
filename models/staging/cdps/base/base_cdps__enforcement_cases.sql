-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'enforcement_cases') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'enforcement_cases') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('case_id') }} as case_id,
        {{ as_timestamp('opened_at', 'Europe/Athens') }} as opened_at,
        {{ as_timestamp('closed_at', 'Europe/Athens') }} as closed_at,
        {{ as_text('offence_type') }} as offence_type,
        {{ as_text('origin') }} as origin,
        {{ as_text('subject_operator_id') }} as subject_operator_id,
        {{ as_text('seizure_id') }} as seizure_id,
        {{ as_text('modus_operandi') }} as modus_operandi,
        {{ as_text('route') }} as route,
        {{ as_decimal('consequence_value', 'decimal(18,2)') }} as consequence_value,
        {{ as_integer('consequence_harm') }} as consequence_harm,
        {{ as_text('intelligence_level') }} as intelligence_level,
        {{ as_text('measure_proposed') }} as measure_proposed,
        {{ as_text('measure_taken') }} as measure_taken,
        {{ as_text('feedback_rule_code') }} as feedback_rule_code,
        {{ as_text('outcome') }} as outcome,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('case_id', required=true),
            broken('opened_at', 'timestamp', required=true),
            broken('closed_at', 'timestamp', not_before='opened_at', time_zone='Europe/Athens'),
            broken('origin', allowed=['seizure', 'audit', 'intelligence', 'inspection']),
            broken('consequence_value', 'decimal(18,2)', min=0),
            broken('consequence_harm', 'integer', min=1, max=5),
            broken('intelligence_level', allowed=['tactical', 'operational', 'strategic']),
            broken('outcome', allowed=['sanction', 'prosecution', 'settled', 'dropped', 'pending']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['case_id']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        case_id,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by case_id
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
    on gathered.case_id = latest.case_id
