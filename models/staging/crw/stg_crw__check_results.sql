select
    run_id,
    run_at,
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
