-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'post_clearance_audits') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'post_clearance_audits') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('audit_id') }} as audit_id,
        {{ as_text('operator_id') }} as operator_id,
        {{ as_text('selection_basis') }} as selection_basis,
        {{ as_date('period_audited_from') }} as period_audited_from,
        {{ as_date('period_audited_to') }} as period_audited_to,
        {{ as_date('planned_at') }} as planned_at,
        {{ as_timestamp('opened_at', 'Europe/Athens') }} as opened_at,
        {{ as_timestamp('closed_at', 'Europe/Athens') }} as closed_at,
        {{ as_text('result') }} as result,
        {{ as_decimal('additional_assessed', 'decimal(18,2)') }} as additional_assessed,
        {{ as_decimal('additional_collected', 'decimal(18,2)') }} as additional_collected,
        {{ as_timestamp('collected_at', 'Europe/Athens') }} as collected_at,
        {{ as_text('feedback_rule_code') }} as feedback_rule_code,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('audit_id', required=true),
            broken('operator_id', required=true),
            broken('selection_basis', required=true, allowed=['risk', 'random', 'complaint', 'other']),
            broken('period_audited_from', 'date'),
            broken('period_audited_to', 'date', not_before='period_audited_from'),
            broken('planned_at', 'date'),
            broken('opened_at', 'timestamp', required=true),
            broken('closed_at', 'timestamp', not_before='opened_at', time_zone='Europe/Athens'),
            broken('result', allowed=['no_findings', 'findings', 'pending']),
            broken('additional_assessed', 'decimal(18,2)', min=0),
            broken('additional_collected', 'decimal(18,2)', min=0),
            broken('collected_at', 'timestamp'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['audit_id']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        audit_id,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by audit_id
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
    on gathered.audit_id = latest.audit_id
