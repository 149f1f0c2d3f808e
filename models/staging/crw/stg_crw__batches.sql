select
    source as source_system,
    entity,
    batch,
    file,
    sequence as delivery_sequence,
    records,
    part_records,
    reject_records,
    owner,
    replaced_by,
    nullif(unknown_columns, '') as unknown_columns,
    nullif(missing_columns, '') as missing_columns,
    {{ as_timestamp('loaded_at', 'UTC') }} as loaded_at
from {{ source('crw', 'batches') }}
