-- Items of the declaration version that stands, with the six digits that all countries share.
with items as (
    select * from {{ ref('int_declaration_items_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    items.*,
    sources.hs_version,
    left(items.commodity_code, 6) as hs6,
    left(items.commodity_code, 2) as chapter_code,
    declarations.office_code,
    declarations.regime,
    declarations.country_dispatch,
    items.country_origin || '>' || declarations.country_dispatch as route,
    declarations.currency_national,
    declarations.accepted_on
from items
inner join declarations
    on items.source_system = declarations.source_system
    and items.declaration_id = declarations.declaration_id
    and items.version = declarations.version
inner join sources
    on items.source_system = sources.source_system
