-- All that items are judged by, as one checksum for each kind of fact and day it is known from. Items of a declaration
-- that is made anew have other keys, so all that hangs on them counts as changed.
with items as (
    select * from {{ ref('int_risk_items') }}
),

begun as (
    select * from {{ ref('int_operators_begun') }}
),

telling as (
    select
        source_system,
        count(offence_category_code) > 0 as names_categories
    from {{ ref('int_inspections_judged') }}
    group by source_system
)

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
-- What inspections found in them, and whether their source names categories at all.
select
    items.source_system,
    coalesce(inspections.result_on, cast('0001-01-01' as date)) as known_on,
    {{ checksum_of([
        'items.item_key', 'inspections.inspection_id', 'inspections.item_number', 'inspections.is_hit',
        'inspections.offence_category_code', 'inspections.offence_type', 'inspections.inspection_type',
        'inspections.selection_reason', 'telling.names_categories',
    ]) }} as checksum
from {{ ref('int_inspections_judged') }} as inspections
inner join telling
    on inspections.source_system = telling.source_system
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
inner join {{ ref('int_declarations_collapsed') }} as declarations
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
    from {{ ref('int_declarations_collapsed') }}
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
