{{ config(materialized='incremental', unique_key='declaration_id') }}

-- The version of each declaration that stands, with the days of its office.
with versions as (
    select versions.* from {{ ref('int_declarations_unioned') }} as versions
    {{ only_due('versions') }}
),

offices as (
    select * from {{ ref('int_offices_completed') }}
),

sources as (
    select * from {{ ref('sources') }}
),

histories as (
    select
        source_system,
        declaration_id,
        max(version) as version,
        count(*) as version_count,
        min(version_lodged_at) as lodged_at
    from versions
    group by source_system, declaration_id
)

select
    versions.*,
    cast(histories.version_count as integer) as version_count,
    histories.lodged_at,
    offices.office_name,
    offices.office_kind,
    offices.time_zone,
    sources.currency as currency_national,
    coalesce({{ local_day('histories.lodged_at', 'offices.time_zone') }}, versions.declared_on) as lodged_on,
    coalesce({{ local_day('versions.accepted_at', 'offices.time_zone') }}, versions.declared_on) as accepted_on,
    {{ local_day('versions.released_at', 'offices.time_zone') }} as released_on
from versions
inner join histories
    on versions.source_system = histories.source_system
    and versions.declaration_id = histories.declaration_id
    and versions.version = histories.version
inner join offices
    on versions.source_system = offices.source_system
    and versions.office_code = offices.office_code
inner join sources
    on versions.source_system = sources.source_system
