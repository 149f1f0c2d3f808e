-- Written by `make staging` from the contract in _cbp__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cbp', 'weapons_seizures') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cbp', 'weapons_seizures') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cbp', {}) }}
),

judged as (
    select
        {{ as_text(without('"Fiscal Year"', ' (FYTD)')) }} as fiscal_year,
        {{ as_text('"Month (abbv)"') }} as month_abbv,
        {{ as_text('"Component"') }} as component,
        {{ as_text('"Region"') }} as region,
        {{ as_text('"Area of Responsibility"') }} as area_of_responsibility,
        {{ as_text('"Inbound/Outbound"') }} as inbound_outbound,
        {{ as_text('"Mode of Transportation"') }} as mode_of_transportation,
        {{ as_text('"Seizure Type"') }} as seizure_type,
        {{ as_text('"Category"') }} as category,
        {{ as_text('"Event ID"') }} as event_id,
        {{ as_decimal('"Quantity Seized"', 'decimal(18,3)') }} as quantity_seized,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('"Fiscal Year"', required=true, pattern='^20[0-9]{2}( [(]FYTD[)])?$'),
            broken('"Month (abbv)"', required=true, allowed=['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']),
            broken('"Component"', required=true),
            broken('"Region"', required=true),
            broken('"Area of Responsibility"', required=true),
            broken('"Inbound/Outbound"', required=true, allowed=['INBOUND', 'OUTBOUND', 'OTHER']),
            broken('"Mode of Transportation"', required=true, allowed=['Air', 'Land', 'Sea', 'Other']),
            broken('"Seizure Type"', required=true),
            broken('"Category"', required=true),
            broken('"Event ID"', required=true, pattern='^-?[0-9]+([.]0)?$'),
            broken('"Quantity Seized"', 'decimal(18,3)', min=0),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['fiscal_year', 'month_abbv', 'component', 'region', 'area_of_responsibility', 'inbound_outbound', 'mode_of_transportation', 'seizure_type', 'category', 'event_id', 'quantity_seized']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        fiscal_year,
        month_abbv,
        component,
        region,
        area_of_responsibility,
        inbound_outbound,
        mode_of_transportation,
        seizure_type,
        category,
        event_id,
        quantity_seized,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by fiscal_year, month_abbv, component, region, area_of_responsibility, inbound_outbound, mode_of_transportation, seizure_type, category, event_id, quantity_seized
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
    on gathered.fiscal_year = latest.fiscal_year
    and gathered.month_abbv = latest.month_abbv
    and gathered.component = latest.component
    and gathered.region = latest.region
    and gathered.area_of_responsibility = latest.area_of_responsibility
    and gathered.inbound_outbound = latest.inbound_outbound
    and gathered.mode_of_transportation = latest.mode_of_transportation
    and gathered.seizure_type = latest.seizure_type
    and gathered.category = latest.category
    and gathered.event_id = latest.event_id
    and gathered.quantity_seized is not distinct from latest.quantity_seized
