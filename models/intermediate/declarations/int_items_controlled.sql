{{ config(materialized='incremental', unique_key='declaration_id') }}

-- Items that a control measure asks a document of, with the documents they lack. A measure is of a country and flow,
-- of its time, and not for what is exempt: by its procedure, or by the document that says so.
with items as (
    select items.* from {{ ref('fct_declaration_items') }} as items
    {{ only_due('items') }}
),

declarations as (
    select * from {{ ref('fct_declarations') }}
    where
        accepted_on is not null
        and not is_invalidated
),

measures as (
    select * from {{ ref('control_measures') }}
),

-- Codes are few, items are many: prefixes are compared with the codes.
covered as (
    select
        codes.commodity_code,
        measures.*
    from (
        select distinct
            source_system,
            commodity_code
        from items
    ) as codes
    inner join measures
        on codes.source_system = measures.source_system
        and left(codes.commodity_code, length(measures.commodity_prefix)) = measures.commodity_prefix
),

asked as (
    select
        items.source_system,
        items.declaration_id,
        items.item_number,
        items.office_code,
        items.regime,
        items.accepted_on,
        covered.document_code,
        coalesce({{ is_listed('covered.document_code', 'items.supporting_document_codes') }}, false) as is_shown
    from items
    inner join declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
    inner join covered
        on items.source_system = covered.source_system
        and items.commodity_code = covered.commodity_code
    where
        {{ is_listed('items.regime', 'covered.regimes') }}
        and items.accepted_on between covered.valid_from and coalesce(covered.valid_to, items.accepted_on)
        and coalesce(covered.country_code = case items.regime
            when 'export' then declarations.country_destination
            else items.country_origin
        end, covered.country_code is null)
        and not coalesce({{ is_listed('declarations.procedure_code', 'covered.exempt_procedure_codes') }}, false)
        and not coalesce({{ is_listed('covered.exempt_document_code', 'items.supporting_document_codes') }}, false)
),

-- Nearly all show their document: only what is missing is put into words.
lacked as (
    select
        source_system,
        declaration_id,
        item_number,
        {{ codes_found('document_code') }} as missing_document_codes
    from asked
    where not is_shown
    group by source_system, declaration_id, item_number
),

controlled as (
    select distinct
        source_system,
        declaration_id,
        item_number,
        office_code,
        regime,
        accepted_on
    from asked
)

select
    controlled.*,
    lacked.missing_document_codes,
    lacked.missing_document_codes is null as is_licensed
from controlled
left join lacked
    on controlled.source_system = lacked.source_system
    and controlled.declaration_id = lacked.declaration_id
    and controlled.item_number = lacked.item_number
