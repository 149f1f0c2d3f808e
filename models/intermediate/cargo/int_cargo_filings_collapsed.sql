-- The version of each filing that stands, and when the first was lodged.
with versions as (
    select * from {{ ref('int_cargo_manifests_unioned') }}
),

histories as (
    select
        source_system,
        house_document_id,
        max(version) as version,
        count(*) as version_count,
        min(lodged_at) as first_lodged_at
    from versions
    group by source_system, house_document_id
)

select
    versions.*,
    cast(histories.version_count as integer) as version_count,
    histories.first_lodged_at
from versions
inner join histories
    on versions.source_system = histories.source_system
    and versions.house_document_id = histories.house_document_id
    and versions.version = histories.version
