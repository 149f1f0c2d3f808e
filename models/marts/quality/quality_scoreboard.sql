{{ config(tags=['after_check']) }}

-- What the checks of each run said of each source, in words. A check that names no source concerns all of them.
with checks as (
    select
        *,
        case when status = 'fail' and severity <> 'blocker' then 'warn' else status end as outcome
    from {{ ref('quality_checks') }}
)

select
    sources.source_system,
    checks.run_id,
    checks.kind,
    checks.check_name,
    checks.source_system is null as is_of_all_sources,
    checks.entity,
    case checks.kind when 'gx' then 'Great Expectations' else checks.kind end as tool,
    {{ in_words('checks.check_name') }} as check_shown,
    coalesce({{ in_words(table_in_words('checks.entity')) }}, 'the whole project') as entity_shown,
    words.symbol || ' ' || words.word as status_shown,
    words.sort_order as status_order,
    checks.severity,
    {{ in_words('checks.owner') }} as owner_shown,
    checks.meaning,
    checks.observed,
    checks.expected,
    checks.failing_records,
    checks.accepted_by,
    checks.accepted_because,
    checks.accepted_at,
    checks.is_latest_run,
    checks.run_at
from checks
inner join {{ ref('dim_source') }} as sources
    on coalesce(checks.source_system, sources.source_system) = sources.source_system
inner join {{ ref('status_words') }} as words
    on checks.outcome = words.status
    and words.about = 'check'
