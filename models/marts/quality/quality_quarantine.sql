with refused as (
    select
        *,
        {{ each_reason('reasons') }} as told
    from {{ ref('int_records_refused') }}
),

every_reason as (
    select
        source_system,
        entity,
        batch,
        record_number,
        line_number,
        'quarantined' as record_outcome,
        split_part(told, ': ', 1) as field,
        split_part(told, ': ', 2) as reason,
        not is_mended as is_open
    from refused

    union all

    select
        source_system,
        entity,
        batch,
        record_number,
        line_number,
        record_outcome,
        cast(null as varchar) as field,
        'a later record with this key stands' as reason,
        false as is_open
    from {{ ref('int_records_settled') }}
    where record_outcome = 'superseded'

    union all

    select
        source_system,
        entity,
        batch,
        record_number,
        line_number,
        'rejected' as record_outcome,
        cast(null as varchar) as field,
        reason,
        true as is_open
    from {{ ref('stg_crw__rejects') }}
)

select
    every_reason.source_system,
    every_reason.entity,
    every_reason.batch,
    batches.file,
    every_reason.record_number,
    every_reason.line_number,
    every_reason.record_outcome,
    every_reason.field,
    every_reason.reason,
    explained.explanation,
    batches.owner,
    every_reason.is_open and batches.replaced_by is null as is_open,
    batches.replaced_by,
    batches.loaded_at
from every_reason
left join {{ ref('stg_crw__batches') }} as batches
    on every_reason.source_system = batches.source_system
    and every_reason.entity = batches.entity
    and every_reason.batch = batches.batch
left join {{ ref('refusal_reasons') }} as explained
    on every_reason.reason like explained.reason_pattern
