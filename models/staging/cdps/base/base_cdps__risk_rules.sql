-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}

with batches as (
    {{ batches_due('cdps', 'risk_rules') }}
),

received as (
    select
        records.*,
        {{ arrival('batches.place', 'records._record') }} as _arrival
    from {{ source('cdps', 'risk_rules') }} as records
    inner join batches
        on records._batch = batches.batch
    {{ only_records_due('cdps', {}) }}
),

judged as (
    select
        {{ as_text('rule_code') }} as rule_code,
        {{ as_integer('rule_version') }} as rule_version,
        {{ as_text('name') }} as name,
        {{ as_text('risk_area') }} as risk_area,
        {{ as_text('category_code') }} as category_code,
        {{ as_text('commodity_prefix') }} as commodity_prefix,
        {{ as_text('country_origin') }} as country_origin,
        {{ as_text('route') }} as route,
        {{ as_text('channel') }} as channel,
        {{ as_text('objective_code') }} as objective_code,
        {{ as_text('legal_basis_code') }} as legal_basis_code,
        {{ as_integer('consequence') }} as consequence,
        {{ as_text('owner') }} as owner,
        {{ as_timestamp('approved_at', 'Europe/Athens') }} as approved_at,
        {{ as_timestamp('active_from', 'Europe/Athens') }} as active_from,
        {{ as_timestamp('active_to', 'Europe/Athens') }} as active_to,
        {{ as_text('source_finding_type') }} as source_finding_type,
        {{ as_text('source_finding_id') }} as source_finding_id,
        _batch,
        _record,
        _line,
        _arrival,
        {{ reasons([
            broken('rule_code', required=true),
            broken('rule_version', 'integer', required=true, min=1),
            broken('name', required=true),
            broken('risk_area', required=true, allowed=['revenue', 'security', 'health', 'environment', 'intellectual_property', 'strategic_trade', 'other']),
            broken('commodity_prefix', pattern='^[0-9]{2,12}$'),
            broken('country_origin', pattern='^[A-Z]{2}$'),
            broken('channel', allowed=['blue', 'yellow', 'red']),
            broken('consequence', 'integer', min=1, max=5),
            broken('approved_at', 'timestamp'),
            broken('active_from', 'timestamp', required=true),
            broken('active_to', 'timestamp', not_before='active_from', time_zone='Europe/Athens'),
            broken('source_finding_type', allowed=['seizure', 'audit', 'intelligence', 'inspection', 'case']),
        ]) }} as reasons
    from received
),

gathered as (
    {{ with_earlier_records('judged', ['rule_code', 'rule_version']) }}
),

latest as (
    -- Only where a key came again must it be asked which record came last.
    select
        rule_code,
        rule_version,
        max(_arrival) as _arrival
    from gathered
    where reasons is null
    group by rule_code, rule_version
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
    on gathered.rule_code = latest.rule_code
    and gathered.rule_version = latest.rule_version
