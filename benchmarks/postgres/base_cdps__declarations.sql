-- base_cdps__declarations: declarations as received, typed and judged by their contract.
with trimmed as materialized (
    select
        as_text(records.declaration_id) as declaration_id,
        as_text(records.version) as version,
        as_text(records.status) as status,
        as_text(records.office_code) as office_code,
        as_text(records.regime) as regime,
        as_text(records.procedure_code) as procedure_code,
        as_text(records.transport_mode) as transport_mode,
        as_text(records.version_lodged_at) as version_lodged_at,
        as_text(records.accepted_at) as accepted_at,
        as_text(records.assessed_at) as assessed_at,
        as_text(records.paid_at) as paid_at,
        as_text(records.released_at) as released_at,
        as_text(records.invalidated_at) as invalidated_at,
        as_text(records.channel_final) as channel_final,
        as_text(records.importer_id) as importer_id,
        as_text(records.exporter_id) as exporter_id,
        as_text(records.declarant_id) as declarant_id,
        as_text(records.representative_id) as representative_id,
        as_text(records.country_dispatch) as country_dispatch,
        as_text(records.country_destination) as country_destination,
        as_text(records.house_document_id) as house_document_id,
        records._batch,
        records._record,
        records._line,
        batches.sequence * 1000000000000 + records._record as _arrival
    from raw_declarations as records
    inner join batches
        on records._batch = batches.batch
        and batches.source = 'cdps'
        and batches.entity = 'declarations'
),

-- Each text is parsed once: what it is worth, and beside it the text to judge by.
typed as materialized (
    select
        declaration_id,
        as_integer(version) as version,
        status,
        office_code,
        regime,
        procedure_code,
        transport_mode,
        as_timestamp(version_lodged_at, 'Europe/Athens') as version_lodged_at,
        as_timestamp(accepted_at, 'Europe/Athens') as accepted_at,
        as_timestamp(assessed_at, 'Europe/Athens') as assessed_at,
        as_timestamp(paid_at, 'Europe/Athens') as paid_at,
        as_timestamp(released_at, 'Europe/Athens') as released_at,
        as_timestamp(invalidated_at, 'Europe/Athens') as invalidated_at,
        channel_final,
        importer_id,
        exporter_id,
        declarant_id,
        representative_id,
        country_dispatch,
        country_destination,
        house_document_id,
        version as version_text,
        version_lodged_at as version_lodged_at_text,
        accepted_at as accepted_at_text,
        assessed_at as assessed_at_text,
        paid_at as paid_at_text,
        released_at as released_at_text,
        invalidated_at as invalidated_at_text,
        _batch,
        _record,
        _line,
        _arrival
    from trimmed
),

judged as (
    select
        typed.*,
        nullif(concat_ws(
            '; ',
            case when typed.declaration_id is null then 'declaration_id: missing' end,
            case
                when typed.version_text is null then 'version: missing'
                when typed.version is null then 'version: not an integer'
                when typed.version < 1 then 'version: below 1'
            end,
            case
                when typed.status is null then 'status: missing'
                when typed.status not in ('lodged', 'accepted', 'released', 'invalidated')
                    then 'status: not an allowed value'
            end,
            case when typed.office_code is null then 'office_code: missing' end,
            case
                when typed.regime is null then 'regime: missing'
                when typed.regime not in ('import', 'export', 'transit') then 'regime: not an allowed value'
            end,
            case
                when typed.transport_mode not in ('sea', 'air', 'road', 'rail', 'post', 'other')
                    then 'transport_mode: not an allowed value'
            end,
            case
                when typed.version_lodged_at_text is null then 'version_lodged_at: missing'
                when typed.version_lodged_at is null then 'version_lodged_at: not a timestamp'
            end,
            case
                when typed.accepted_at is null and typed.accepted_at_text is not null
                    then 'accepted_at: not a timestamp'
            end,
            case
                when typed.assessed_at is null and typed.assessed_at_text is not null
                    then 'assessed_at: not a timestamp'
            end,
            case
                when typed.paid_at is null and typed.paid_at_text is not null
                    then 'paid_at: not a timestamp'
            end,
            case
                when typed.released_at is null and typed.released_at_text is not null
                    then 'released_at: not a timestamp'
                when typed.released_at < typed.accepted_at then 'released_at: before accepted_at'
            end,
            case
                when typed.invalidated_at is null and typed.invalidated_at_text is not null
                    then 'invalidated_at: not a timestamp'
            end,
            case
                when typed.channel_final not in ('green', 'blue', 'yellow', 'red')
                    then 'channel_final: not an allowed value'
            end,
            case
                when typed.country_dispatch !~ '^[A-Z]{2}$'
                    then 'country_dispatch: not in the form required'
            end,
            case
                when typed.country_destination !~ '^[A-Z]{2}$'
                    then 'country_destination: not in the form required'
            end
        ), '') as reasons
    from typed
),

-- Only where a key came again must it be asked which record came last.
latest as (
    select
        declaration_id,
        version,
        max(_arrival) as _arrival
    from judged
    where reasons is null
    group by declaration_id, version
    having count(*) > 1
)

select
    judged.declaration_id,
    judged.version,
    judged.status,
    judged.office_code,
    judged.regime,
    judged.procedure_code,
    judged.transport_mode,
    judged.version_lodged_at,
    judged.accepted_at,
    judged.assessed_at,
    judged.paid_at,
    judged.released_at,
    judged.invalidated_at,
    judged.channel_final,
    judged.importer_id,
    judged.exporter_id,
    judged.declarant_id,
    judged.representative_id,
    judged.country_dispatch,
    judged.country_destination,
    judged.house_document_id,
    judged._batch,
    judged._record,
    judged._line,
    judged._arrival,
    judged.reasons,
    case
        when judged.reasons is not null then 'quarantined'
        when judged._arrival < latest._arrival then 'superseded'
        else 'accepted'
    end as record_outcome
from judged
left join latest
    on judged.declaration_id = latest.declaration_id
    and judged.version = latest.version
