-- Every commodity the data uses, to six digits, in the edition its source uses.
with items as (
    select distinct
        hs_version,
        hs6
    from {{ ref('int_declaration_items_collapsed') }}
),

seizure_lines as (
    select distinct
        hs_version,
        hs6
    from {{ ref('int_seizure_lines_collapsed') }}
),

manifests as (
    select distinct
        sources.hs_version,
        manifests.hs6
    from {{ ref('int_cargo_manifests_unioned') }} as manifests
    inner join {{ ref('sources') }} as sources
        on manifests.source_system = sources.source_system
),

named as (
    select * from items
    union
    select * from seizure_lines
    union
    select * from manifests
)

select
    hs_version,
    hs6
from named
where hs6 is not null
