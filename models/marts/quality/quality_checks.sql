{{ config(tags=['after_check']) }}

with results as (
    select * from {{ ref('stg_crw__check_results') }}
),

acceptances as (
    select * from {{ ref('stg_crw__acceptances') }}
)

select
    results.run_id,
    results.source_system,
    results.entity,
    results.check_name,
    results.kind,
    results.severity,
    results.owner,
    results.meaning,
    results.status,
    results.observed,
    results.expected,
    results.failing_records,
    acceptances.accepted_by,
    acceptances.reason as accepted_because,
    acceptances.accepted_at,
    results.run_at = max(results.run_at) over () as is_latest_run,
    results.run_at
from results
left join acceptances
    on results.run_id = acceptances.run_id
    and results.check_name = acceptances.check_name
    and results.status in ('fail', 'error')
