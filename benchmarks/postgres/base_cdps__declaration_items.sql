-- base_cdps__declaration_items: items as received, typed and judged by their contract, orphans too.
with trimmed as materialized (
    select
        as_text(records.declaration_id) as declaration_id,
        as_text(records.version) as version,
        as_text(records.item_number) as item_number,
        as_text(records.commodity_code) as commodity_code,
        as_text(records.goods_description) as goods_description,
        as_text(records.country_origin) as country_origin,
        as_text(records.packages) as packages,
        as_text(records.gross_mass_kg) as gross_mass_kg,
        as_text(records.net_mass_kg) as net_mass_kg,
        as_text(records.supplementary_quantity) as supplementary_quantity,
        as_text(records.supplementary_unit) as supplementary_unit,
        as_text(records.customs_value) as customs_value,
        as_text(records.currency) as currency,
        as_text(records.customs_value_national) as customs_value_national,
        as_text(records.preference_code) as preference_code,
        as_text(records.supporting_document_codes) as supporting_document_codes,
        as_text(records.container_ids) as container_ids,
        records._batch,
        records._record,
        records._line,
        batches.sequence * 1000000000000 + records._record as _arrival
    from raw_declaration_items as records
    inner join batches
        on records._batch = batches.batch
        and batches.source = 'cdps'
        and batches.entity = 'declaration_items'
),

-- Each text is parsed once: what it is worth, and beside it the text to judge by.
typed as materialized (
    select
        declaration_id,
        as_integer(version) as version,
        as_integer(item_number) as item_number,
        commodity_code,
        goods_description,
        country_origin,
        as_integer(packages) as packages,
        as_decimal(gross_mass_kg, 3) as gross_mass_kg,
        as_decimal(net_mass_kg, 3) as net_mass_kg,
        as_decimal(supplementary_quantity, 3) as supplementary_quantity,
        supplementary_unit,
        as_decimal(customs_value, 2) as customs_value,
        currency,
        as_decimal(customs_value_national, 2) as customs_value_national,
        preference_code,
        supporting_document_codes,
        container_ids,
        version as version_text,
        item_number as item_number_text,
        packages as packages_text,
        gross_mass_kg as gross_mass_kg_text,
        net_mass_kg as net_mass_kg_text,
        supplementary_quantity as supplementary_quantity_text,
        customs_value as customs_value_text,
        customs_value_national as customs_value_national_text,
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
                when typed.item_number_text is null then 'item_number: missing'
                when typed.item_number is null then 'item_number: not an integer'
                when typed.item_number < 1 then 'item_number: below 1'
            end,
            case
                when typed.commodity_code is null then 'commodity_code: missing'
                when typed.commodity_code !~ '^[0-9]{6,12}$' then 'commodity_code: not in the form required'
            end,
            case
                when typed.country_origin !~ '^[A-Z]{2}$'
                    then 'country_origin: not in the form required'
            end,
            case
                when typed.packages is null and typed.packages_text is not null
                    then 'packages: not an integer'
                when typed.packages < 0 then 'packages: below 0'
            end,
            case
                when typed.gross_mass_kg is null and typed.gross_mass_kg_text is not null
                    then 'gross_mass_kg: not a decimal'
                when typed.gross_mass_kg < 0 then 'gross_mass_kg: below 0'
            end,
            case
                when typed.net_mass_kg is null and typed.net_mass_kg_text is not null
                    then 'net_mass_kg: not a decimal'
                when typed.net_mass_kg < 0 then 'net_mass_kg: below 0'
            end,
            case
                when typed.supplementary_quantity is null and typed.supplementary_quantity_text is not null
                    then 'supplementary_quantity: not a decimal'
                when typed.supplementary_quantity < 0 then 'supplementary_quantity: below 0'
            end,
            case
                when typed.customs_value is null and typed.customs_value_text is not null
                    then 'customs_value: not a decimal'
                when typed.customs_value < 0 then 'customs_value: below 0'
            end,
            case when typed.currency !~ '^[A-Z]{3}$' then 'currency: not in the form required' end,
            case
                when typed.customs_value_national is null and typed.customs_value_national_text is not null
                    then 'customs_value_national: not a decimal'
                when typed.customs_value_national < 0 then 'customs_value_national: below 0'
            end,
            case
                when declarations.declaration_id is null
                    then 'declaration_id, version: no accepted declarations with this declaration_id, version'
            end
        ), '') as reasons
    from typed
    left join base_cdps__declarations as declarations
        on declarations.record_outcome = 'accepted'
        and typed.declaration_id = declarations.declaration_id
        and typed.version = declarations.version
),

-- Only where a key came again must it be asked which record came last.
latest as (
    select
        declaration_id,
        version,
        item_number,
        max(_arrival) as _arrival
    from judged
    where reasons is null
    group by declaration_id, version, item_number
    having count(*) > 1
)

select
    judged.declaration_id,
    judged.version,
    judged.item_number,
    judged.commodity_code,
    judged.goods_description,
    judged.country_origin,
    judged.packages,
    judged.gross_mass_kg,
    judged.net_mass_kg,
    judged.supplementary_quantity,
    judged.supplementary_unit,
    judged.customs_value,
    judged.currency,
    judged.customs_value_national,
    judged.preference_code,
    judged.supporting_document_codes,
    judged.container_ids,
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
    and judged.item_number = latest.item_number
