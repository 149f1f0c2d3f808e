-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'item_taxes', parents={'declaration_items': ['declaration_id', 'version', 'item_number']}) }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival,
        declaration_items.declaration_id is null as _is_orphan_of_declaration_items
    from {{ source('cdps', 'item_taxes') }} as records
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
        {{ as_text('tax_type') }} as tax_type,
        {{ as_decimal('base', 'decimal(18,2)') }} as base,
        {{ as_decimal('declared', 'decimal(18,2)') }} as declared,
        {{ as_decimal('assessed', 'decimal(18,2)') }} as assessed,
        {{ as_decimal('collected', 'decimal(18,2)') }} as collected,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('declaration_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('item_number', 'integer', required=true, min=1),
            broken('tax_type', required=true, allowed=['duty', 'vat', 'excise', 'other']),
            broken('base', 'decimal(18,2)', min=0),
            broken('declared', 'decimal(18,2)', min=0),
            broken('assessed', 'decimal(18,2)', min=0),
            broken('collected', 'decimal(18,2)', min=0),
            orphaned('_is_orphan_of_declaration_items', 'declaration_items', ['declaration_id', 'version', 'item_number']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id', 'version', 'item_number', 'tax_type']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        version,
        item_number,
        tax_type,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id, version, item_number, tax_type
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
    and gathered.tax_type = latest.tax_type
