{{ config(tags=['after_check']) }}

select
    run_id,
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
    failing_records,
    run_at = max(run_at) over () as is_latest_run,
    run_at
from {{ ref('stg_crw__check_results') }}
