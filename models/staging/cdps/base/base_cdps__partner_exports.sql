-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'partner_exports') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'partner_exports') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_date('period') }} as period,
        {{ as_text('hs6') }} as hs6,
        {{ as_text('partner_country') }} as partner_country,
        {{ as_text('flow') }} as flow,
        {{ as_decimal('value', 'decimal(18,2)') }} as value,
        {{ as_text('currency') }} as currency,
        {{ as_text('valuation_basis') }} as valuation_basis,
        {{ as_decimal('net_mass_kg', 'decimal(18,3)') }} as net_mass_kg,
        {{ as_decimal('quantity', 'decimal(18,3)') }} as quantity,
        {{ as_text('unit') }} as unit,
        {{ as_text('hs_version') }} as hs_version,
        {{ as_date('reported_at') }} as reported_at,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('period', 'date', required=true),
            broken('hs6', required=true, pattern='^[0-9]{6}$'),
            broken('partner_country', required=true, pattern='^[A-Z]{2}$'),
            broken('flow', required=true, allowed=['export', 're_export']),
            broken('value', 'decimal(18,2)', min=0),
            broken('currency', pattern='^[A-Z]{3}$'),
            broken('valuation_basis', allowed=['FOB', 'CIF']),
            broken('net_mass_kg', 'decimal(18,3)', min=0),
            broken('quantity', 'decimal(18,3)', min=0),
            broken('hs_version', allowed=['HS2012', 'HS2017', 'HS2022']),
            broken('reported_at', 'date'),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['period', 'hs6', 'partner_country', 'flow']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        period,
        hs6,
        partner_country,
        flow,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by period, hs6, partner_country, flow
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
    on gathered.period = latest.period
    and gathered.hs6 = latest.hs6
    and gathered.partner_country = latest.partner_country
    and gathered.flow = latest.flow
