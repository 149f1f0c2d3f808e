-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'declaration_items', parents={'declarations': ['declaration_id', 'version']}) }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival,
        declarations.declaration_id is null as _is_orphan_of_declarations
    from {{ source('cdps', 'declaration_items') }} as records
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
        {{ as_integer('item_number') }} as item_number,
        {{ as_text('commodity_code') }} as commodity_code,
        {{ as_text('goods_description') }} as goods_description,
        {{ as_text('country_origin') }} as country_origin,
        {{ as_integer('packages') }} as packages,
        {{ as_decimal('gross_mass_kg', 'decimal(18,3)') }} as gross_mass_kg,
        {{ as_decimal('net_mass_kg', 'decimal(18,3)') }} as net_mass_kg,
        {{ as_decimal('supplementary_quantity', 'decimal(18,3)') }} as supplementary_quantity,
        {{ as_text('supplementary_unit') }} as supplementary_unit,
        {{ as_decimal('customs_value', 'decimal(18,2)') }} as customs_value,
        {{ as_text('currency') }} as currency,
        {{ as_decimal('customs_value_national', 'decimal(18,2)') }} as customs_value_national,
        {{ as_text('preference_code') }} as preference_code,
        {{ as_text('supporting_document_codes') }} as supporting_document_codes,
        {{ as_text('container_ids') }} as container_ids,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('declaration_id', required=true),
            broken('version', 'integer', required=true, min=1),
            broken('item_number', 'integer', required=true, min=1),
            broken('commodity_code', required=true, pattern='^[0-9]{6,12}$'),
            broken('country_origin', pattern='^[A-Z]{2}$'),
            broken('packages', 'integer', min=0),
            broken('gross_mass_kg', 'decimal(18,3)', min=0),
            broken('net_mass_kg', 'decimal(18,3)', min=0),
            broken('supplementary_quantity', 'decimal(18,3)', min=0),
            broken('customs_value', 'decimal(18,2)', min=0),
            broken('currency', pattern='^[A-Z]{3}$'),
            broken('customs_value_national', 'decimal(18,2)', min=0),
            orphaned('_is_orphan_of_declarations', 'declarations', ['declaration_id', 'version']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id', 'version', 'item_number']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        version,
        item_number,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id, version, item_number
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
