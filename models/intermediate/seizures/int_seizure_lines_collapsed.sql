-- Lines of the seizure version that stands (cdps).
with versions as (
    select * from {{ ref('stg_cdps__seizures') }}
),

latest as (
    select
        source_system,
        seizure_id,
        max(version) as version
    from versions
    group by source_system, seizure_id
)

select versions.*
from versions
inner join latest
    on versions.source_system = latest.source_system
    and versions.seizure_id = latest.seizure_id
    and versions.version = latest.version
