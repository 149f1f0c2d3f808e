with settled as (
    select
        source_system,
        entity,
        batch,
        count(*) filter (where record_outcome = 'accepted') as records_accepted,
        count(*) filter (where record_outcome = 'quarantined') as records_quarantined,
        count(*) filter (where record_outcome = 'superseded') as records_superseded
    from {{ ref('int_records_settled') }}
    group by source_system, entity, batch
),

rejected as (
    select
        source_system,
        entity,
        batch,
        count(*) as records_rejected
    from {{ ref('stg_crw__rejects') }}
    group by source_system, entity, batch
),

counted as (
    select
        batches.source_system,
        batches.entity,
        batches.batch,
        batches.file,
        batches.records as records_in_file,
        batches.part_records as records_in_part,
        coalesce(rejected.records_rejected, 0) as records_rejected,
        coalesce(settled.records_accepted, 0) as records_accepted,
        coalesce(settled.records_quarantined, 0) as records_quarantined,
        coalesce(settled.records_superseded, 0) as records_superseded
    from {{ ref('stg_crw__batches') }} as batches
    left join settled
        on batches.source_system = settled.source_system
        and batches.entity = settled.entity
        and batches.batch = settled.batch
    left join rejected
        on batches.source_system = rejected.source_system
        and batches.entity = rejected.entity
        and batches.batch = rejected.batch
)

select
    *,
    records_in_file - records_in_part - records_rejected as lost_in_load,
    records_in_part - records_accepted - records_quarantined - records_superseded as lost_in_staging
from counted
