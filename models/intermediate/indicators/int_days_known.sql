{{ config(materialized='incremental') }}

-- All that risk indicators look at, as one checksum for each day it is known from, and whether the last build had
-- another. Items of a declaration that is made anew have other keys, so all that hangs on them counts as changed.
with items as (
    select * from {{ ref('int_risk_items') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

begun as (
    select
        source_system,
        operator_id,
        min(valid_from) as first_on,
        bool_or(is_registered) as is_registered
    from {{ ref('dim_operator') }}
    group by source_system, operator_id
),

facts as (
    -- Items, with what is known of their filing and of their operator.
    select
        items.source_system,
        items.accepted_on as known_on,
        {{ checksum_of([
            'items.item_key', 'filings.consignee_id', 'filings.goods_description', 'filings.arrived_at', 'begun.first_on',
            'begun.is_registered',
        ]) }} as checksum
    from items
    left join {{ ref('fct_cargo_manifests') }} as filings
        on items.source_system = filings.source_system
        and items.house_document_id = filings.house_document_id
    left join begun
        on items.source_system = begun.source_system
        and items.trader_id = begun.operator_id
    group by items.source_system, items.accepted_on
    union all
    -- What inspections found in them.
    select
        items.source_system,
        coalesce(inspections.result_on, cast('0001-01-01' as date)) as known_on,
        {{ checksum_of(['items.item_key', 'inspections.item_number', 'inspections.is_hit']) }} as checksum
    from {{ ref('int_inspections_judged') }} as inspections
    inner join items
        on inspections.source_system = items.source_system
        and inspections.declaration_id = items.declaration_id
    where inspections.is_resolved
    group by items.source_system, inspections.result_on
    union all
    -- Amendments, and that a source tells of them at all.
    select
        versions.source_system,
        declarations.accepted_on as known_on,
        {{ checksum_of([
            'versions.declaration_id', 'versions.version', 'versions.version_lodged_at', trader_id('versions'),
            'declarations.accepted_at',
        ]) }} as checksum
    from {{ ref('int_declarations_unioned') }} as versions
    inner join declarations
        on versions.source_system = declarations.source_system
        and versions.declaration_id = declarations.declaration_id
    where versions.version > 1 and declarations.accepted_on is not null
    group by versions.source_system, declarations.accepted_on
    union all
    select
        versioned.source_system,
        cast('0001-01-01' as date) as known_on,
        {{ checksum_of(['versioned.is_versioned']) }} as checksum
    from (
        select
            source_system,
            max(version) > 1 as is_versioned
        from declarations
        group by source_system
    ) as versioned
    group by versioned.source_system
    union all
    -- Seizures, by their month.
    select
        seizures.source_system,
        seizures.seized_month_on as known_on,
        {{ checksum_of(['seizures.seizure_id', 'seizures.country_departure']) }} as checksum
    from {{ ref('fct_seizure_lines') }} as seizures
    where
        seizures.is_standing
        and seizures.country_departure is not null
        and seizures.declaration_id is not null
    group by seizures.source_system, seizures.seized_month_on
),

known as (
    select
        source_system,
        known_on,
        sum(checksum) as checksum
    from facts
    where known_on is not null
    group by source_system, known_on
)

{% if is_incremental() %}
    select
        coalesce(known.source_system, earlier.source_system) as source_system,
        coalesce(known.known_on, earlier.known_on) as known_on,
        known.checksum,
        coalesce(known.checksum, 0) <> coalesce(earlier.checksum, 0) as is_changed
    from known
    full join {{ this }} as earlier
        on known.source_system = earlier.source_system
        and known.known_on = earlier.known_on
{% else %}
    select
        source_system,
        known_on,
        checksum,
        true as is_changed
    from known
{% endif %}
