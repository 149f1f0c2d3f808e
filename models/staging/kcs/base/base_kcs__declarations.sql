-- Written by `make staging` from the contract in _kcs__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('kcs', 'declarations') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('kcs', 'declarations') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('kcs', {}) }}
),

judged as (
    select
        {{ as_text('"Declaration ID"') }} as declaration_id,
        {{ as_date('"Date"') }} as date,
        {{ as_text('"Office ID"') }} as office_id,
        {{ as_text('"Process Type"') }} as process_type,
        {{ as_text('"Import Type"') }} as import_type,
        {{ as_text('"Import Use"') }} as import_use,
        {{ as_text('"Payment Type"') }} as payment_type,
        {{ as_text('"Mode of Transport"') }} as mode_of_transport,
        {{ as_text('"Declarant ID"') }} as declarant_id,
        {{ as_text('"Importer ID"') }} as importer_id,
        {{ as_text('"Seller ID"') }} as seller_id,
        {{ as_text('"Courier ID"') }} as courier_id,
        {{ as_text('"HS6 Code"') }} as hs6_code,
        {{ as_text('"Country of Departure"') }} as country_of_departure,
        {{ as_text('"Country of Origin"') }} as country_of_origin,
        {{ as_decimal('"Tax Rate"', 'decimal(9,4)') }} as tax_rate,
        {{ as_text('"Tax Type"') }} as tax_type,
        {{ as_text('"Country of Origin Indicator"') }} as country_of_origin_indicator,
        {{ as_decimal('"Net Mass"', 'decimal(18,3)') }} as net_mass,
        {{ as_decimal('"Item Price"', 'decimal(18,2)') }} as item_price,
        {{ as_integer('"Fraud"') }} as fraud,
        {{ as_integer('"Critical Fraud"') }} as critical_fraud,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('"Declaration ID"', required=true, pattern='^[0-9]{8}$'),
            broken('"Date"', 'date', required=true),
            broken('"Office ID"', required=true, pattern='^[0-9]{1,3}$'),
            broken('"Mode of Transport"', required=true, allowed=['10', '20', '30', '40', '50', '90']),
            broken('"HS6 Code"', required=true, pattern='^[0-9]{6}$'),
            broken('"Country of Departure"', pattern='^[A-Z]{2}$'),
            broken('"Country of Origin"', pattern='^[A-Z]{2}$'),
            broken('"Tax Rate"', 'decimal(9,4)', min=0),
            broken('"Net Mass"', 'decimal(18,3)', min=0),
            broken('"Item Price"', 'decimal(18,2)', min=0),
            broken('"Fraud"', 'integer', required=true, allowed=['0', '1']),
            broken('"Critical Fraud"', 'integer', required=true, allowed=['0', '1', '2']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['declaration_id']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        declaration_id,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by declaration_id
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
