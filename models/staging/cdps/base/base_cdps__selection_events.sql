-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'selection_events', parents={'declarations': ['declaration_id', 'version']}) }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival,
        declarations.declaration_id is null as _is_orphan_of_declarations
    from {{ source('cdps', 'selection_events') }} as records
    inner join batches
        on records._batch = batches.batch
    left join {{ ref('base_cdps__declarations') }} as declarations
        on declarations.record_outcome = 'accepted'
        and {{ as_text('records.declaration_id') }} = declarations.declaration_id
        and {{ as_integer('records.version') }} = declarations.version
    {{ only_records_due('cdps', {'declarations': ['declaration_id', 'version']}) }}
),

judged as (
    select
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_integer('version') }} as version,
        {{ as_integer('sequence') }} as sequence,
        {{ as_timestamp('event_at', 'Europe/Athens') }} as event_at,
        {{ as_text('reason') }} as reason,
        {{ as_text('rule_code') }} as rule_code,
        {{ as_integer('rule_version') }} as rule_version,
        {{ as_text('channel_before') }} as channel_before,
        {{ as_text('channel_after') }} as channel_after,
        {{ as_boolean('in_random_frame') }} as in_random_frame,
        {{ as_decimal('random_probability', 'decimal(9,8)') }} as random_probability,
        {{ as_boolean('random_drawn') }} as random_drawn,
        {{ as_boolean('is_primary') }} as is_primary,
        {{ as_text('reason_code') }} as reason_code,
        {{ as_text('officer_id') }} as officer_id,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('declaration_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('sequence', 'integer', required=true, min=1),
            broken('event_at', 'timestamp', required=true),
            broken('reason', required=true, allowed=['criteria', 'model', 'random', 'random_top_up', 'intelligence', 'officer']),
            broken('rule_version', 'integer', min=1),
            broken('channel_before', allowed=['green', 'blue', 'yellow', 'red']),
            broken('channel_after', required=true, allowed=['green', 'blue', 'yellow', 'red']),
            broken('in_random_frame', 'boolean'),
            broken('random_probability', 'decimal(9,8)', min='0.00000001', max=1),
            broken('random_drawn', 'boolean'),
            broken('is_primary', 'boolean'),
            orphaned('_is_orphan_of_declarations', 'declarations', ['declaration_id', 'version']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id', 'version', 'sequence']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        version,
        sequence,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id, version, sequence
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
    and gathered.sequence = latest.sequence
