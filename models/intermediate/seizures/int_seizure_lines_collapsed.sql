{{ config(materialized='table') }}

-- Lines of the seizure version that stands, with the days of their office.
with versions as (
    select * from {{ ref('int_seizures_unioned') }}
),

latest as (
    select
        source_system,
        seizure_id,
        max(version) as version
    from versions
    group by source_system, seizure_id
),

offices as (
    select * from {{ ref('int_offices_completed') }}
),

sources as (
    select * from {{ ref('sources') }}
),

dated as (
    select
        versions.*,
        {{ local_day('versions.seized_at', 'offices.time_zone') }} as seized_on
    from versions
    inner join latest
        on versions.source_system = latest.source_system
        and versions.seizure_id = latest.seizure_id
        and versions.version = latest.version
    inner join offices
        on versions.source_system = offices.source_system
        and versions.office_code = offices.office_code
)

select
    dated.*,
    coalesce({{ first_of('month', 'dated.seized_on') }}, dated.published_month_on) as seized_month_on,
    dated.status in ('detained', 'seized') as is_standing,
    left(dated.commodity_code, 6) as hs6,
    case when dated.commodity_code is not null then sources.hs_version end as hs_version,
    sources.currency as currency_national
from dated
inner join sources
    on dated.source_system = sources.source_system
