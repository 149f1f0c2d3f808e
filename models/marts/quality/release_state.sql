{{ config(tags=['after_check']) }}

-- The line above every page: of when the figures are, and whether they can be trusted.
with judged as (
    select
        *,
        status in ('pass', 'fail', 'error') as is_judged,
        status = 'error' or (status = 'fail' and severity = 'blocker') as is_failed_blocker,
        status = 'fail' and severity <> 'blocker' as is_failed_warning
    from {{ ref('quality_checks') }}
    where is_latest_run
),

-- A check that names no source concerns all.
counted as (
    select
        sources.source_system,
        cast(count(*) filter (where judged.is_judged) as integer) as checks,
        cast(count(*) filter (where judged.is_failed_blocker) as integer) as failed_blockers,
        cast(count(*) filter (where judged.is_failed_warning) as integer) as failed_warnings,
        cast(count(judged.accepted_at) as integer) as accepted_failures
    from {{ ref('dim_source') }} as sources
    inner join judged
        on coalesce(judged.source_system, sources.source_system) = sources.source_system
    group by sources.source_system
)

select
    sources.source_system,
    sources.source_name,
    sources.data_from_on,
    sources.data_until_on,
    sources.as_of_on,
    sources.does_not_supply,
    coalesce(counted.checks, 0) as checks,
    coalesce(counted.failed_blockers, 0) as failed_blockers,
    coalesce(counted.failed_warnings, 0) as failed_warnings,
    coalesce(counted.accepted_failures, 0) as accepted_failures,
    case
        when coalesce(counted.checks, 0) = 0 then '– not checked'
        when counted.failed_blockers > 0
            then '✗ ' || counted.failed_blockers || ' of ' || counted.checks || ' checks failed, accepted by hand'
        when counted.failed_warnings > 0
            then '! ' || counted.failed_warnings || ' of ' || counted.checks || ' checks warn'
        else '✓ all ' || counted.checks || ' checks passed'
    end as checks_shown
from {{ ref('dim_source') }} as sources
left join counted
    on sources.source_system = counted.source_system
