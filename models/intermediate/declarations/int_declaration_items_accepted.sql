-- The items of accepted declarations as they were then. They are those of the version that stands, each as the latest
-- version up to acceptance told it; one that an amendment brought later is as it was first told. What their declaration
-- said stands beside each.
with items as (
    select * from {{ ref('int_declaration_items_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_accepted') }}
),

sources as (
    select * from {{ ref('sources') }}
),

amended as (
    select
        items.source_system,
        items.declaration_id,
        items.item_number,
        items.version,
        row_number() over (
            partition by items.source_system, items.declaration_id, items.item_number
            order by items.version > declarations.version asc, abs(items.version - declarations.version) asc
        ) as turn,
        max(items.version) over (
            partition by items.source_system, items.declaration_id, items.item_number
        ) = declarations.standing_version as is_standing
    from items
    inner join declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
    where declarations.version_count > 1
)

select
    items.*,
    sources.hs_version,
    left(items.commodity_code, 6) as hs6,
    left(items.commodity_code, 2) as chapter_code,
    declarations.office_code,
    declarations.regime,
    declarations.procedure_code,
    declarations.transport_mode,
    declarations.importer_id,
    declarations.exporter_id,
    declarations.declarant_id,
    declarations.house_document_id,
    declarations.country_dispatch,
    declarations.country_destination,
    declarations.currency_national,
    declarations.lodged_on,
    declarations.lodged_hour,
    declarations.accepted_on,
    declarations.accepted_at,
    declarations._made_in
from items
inner join declarations
    on items.source_system = declarations.source_system
    and items.declaration_id = declarations.declaration_id
inner join sources
    on items.source_system = sources.source_system
left join amended
    on items.source_system = amended.source_system
    and items.declaration_id = amended.declaration_id
    and items.item_number = amended.item_number
    and items.version = amended.version
where coalesce(amended.turn = 1 and amended.is_standing, items.version = declarations.version)
