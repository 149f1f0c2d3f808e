-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'selectivity_matches', parents={'declaration_items': ['declaration_id', 'version', 'item_number']}) }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival,
        declaration_items.declaration_id is null as _is_orphan_of_declaration_items
    from {{ source('cdps', 'selectivity_matches') }} as records
    inner join batches
        on records._batch = batches.batch
    left join {{ ref('base_cdps__declaration_items') }} as declaration_items
        on declaration_items.record_outcome = 'accepted'
        and {{ as_text('records.declaration_id') }} = declaration_items.declaration_id
        and {{ as_integer('records.version') }} = declaration_items.version
        and {{ as_integer('records.item_number') }} = declaration_items.item_number
    {{ only_records_due('cdps', {'declaration_items': ['declaration_id', 'version', 'item_number']}) }}
),

judged as (
    select
        {{ as_text('declaration_id') }} as declaration_id,
        {{ as_integer('version') }} as version,
        {{ as_integer('item_number') }} as item_number,
        {{ as_text('rule_code') }} as rule_code,
        {{ as_integer('rule_version') }} as rule_version,
        {{ as_decimal('score', 'decimal(9,6)') }} as score,
        {{ as_timestamp('matched_at', 'Europe/Athens') }} as matched_at,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('declaration_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('item_number', 'integer', required=true, min=1),
            broken('rule_code', required=true),
            broken('rule_version', 'integer', required=true, min=1),
            broken('score', 'decimal(9,6)', min=0, max=1),
            broken('matched_at', 'timestamp', required=true),
            orphaned('_is_orphan_of_declaration_items', 'declaration_items', ['declaration_id', 'version', 'item_number']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id', 'version', 'item_number', 'rule_code', 'rule_version']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        version,
        item_number,
        rule_code,
        rule_version,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id, version, item_number, rule_code, rule_version
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
    and gathered.item_number = latest.item_number
    and gathered.rule_code = latest.rule_code
    and gathered.rule_version = latest.rule_version
