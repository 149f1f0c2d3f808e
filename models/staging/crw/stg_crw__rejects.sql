-- Their bytes stay in the raw zone: what could not be split may hold names.
select
    rejects.source as source_system,
    rejects.entity,
    rejects._batch as batch,
    rejects._record as record_number,
    rejects._line as line_number,
    rejects._line_to as line_number_to,
    rejects.reason,
    rejects.size_bytes
from {{ source('crw', 'rejects') }} as rejects
inner join {{ source('crw', 'batches') }} as batches
    on rejects._batch = batches.batch
    and rejects.source = batches.source
    and rejects.entity = batches.entity
