{{ config(tags=['after_check']) }}

select
    run_id,
    cast(run_at as timestamp) as run_at,
    source_system,
    entity,
    check_name,
    kind,
    severity,
    owner,
    meaning,
    status,
    observed,
    expected,
    failing_records
from {{ source('crw', 'check_results') }}
