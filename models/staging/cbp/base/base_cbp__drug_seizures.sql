-- Written by `make staging` from the contract in _cbp__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cbp', 'drug_seizures') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cbp', 'drug_seizures') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cbp', {}) }}
),

judged as (
    select
        {{ as_text(without('"FY"', ' (FYTD)')) }} as fy,
        {{ as_text('"Month (abbv)"') }} as month_abbv,
        {{ as_text('"Component"') }} as component,
        {{ as_text('"Region"') }} as region,
        {{ as_text('"Land Filter"') }} as land_filter,
        {{ as_text('"Area of Responsibility"') }} as area_of_responsibility,
        {{ as_text('"Drug Type"') }} as drug_type,
        {{ as_integer('"Count of Event"') }} as count_of_event,
        {{ as_decimal('"Sum Qty (lbs)"', 'decimal(18,4)') }} as sum_qty_lbs,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('"FY"', required=true, pattern='^20[0-9]{2}( [(]FYTD[)])?$'),
            broken('"Month (abbv)"', required=true, allowed=['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']),
            broken('"Component"', required=true),
            broken('"Region"', required=true),
            broken('"Land Filter"', required=true, allowed=['Land Only', 'Other']),
            broken('"Area of Responsibility"', required=true),
            broken('"Drug Type"', required=true),
            broken('"Count of Event"', 'integer', required=true, min=0),
            broken('"Sum Qty (lbs)"', 'decimal(18,4)', required=true, min=0),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['fy', 'month_abbv', 'component', 'region', 'land_filter', 'area_of_responsibility', 'drug_type']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        fy,
        month_abbv,
        component,
        region,
        land_filter,
        area_of_responsibility,
        drug_type,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by fy, month_abbv, component, region, land_filter, area_of_responsibility, drug_type
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
    on gathered.fy = latest.fy
    and gathered.month_abbv = latest.month_abbv
    and gathered.component = latest.component
    and gathered.region = latest.region
    and gathered.land_filter = latest.land_filter
    and gathered.area_of_responsibility = latest.area_of_responsibility
    and gathered.drug_type = latest.drug_type
