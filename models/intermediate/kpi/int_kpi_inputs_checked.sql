{{ config(materialized='table', tags=['after_check']) }}

-- What the latest checks say of the data behind each KPI of each source. A check that names no source concerns all;
-- one that found no data says nothing.
with results as (
    select
        *,
        coalesce(nullif(entity, ''), 'project') as checked,
        status = 'error' or (status = 'fail' and severity = 'blocker') as is_failed_blocker,
        status = 'fail' and severity <> 'blocker' as is_failed_warning
    from {{ ref('stg_crw__check_results') }}
    where
        run_at = (select max(latest.run_at) from {{ ref('stg_crw__check_results') }} as latest)
        and status <> 'not_applicable'
),

inputs as (
    select distinct
        kpi_code,
        entity
    from {{ ref('kpi_inputs') }}
),

-- A check that looks at several inputs of a KPI is one check.
concerned as (
    select distinct
        sources.source_system,
        inputs.kpi_code,
        results.checked,
        results.check_name,
        results.kind,
        results.is_failed_blocker,
        results.is_failed_warning
    from results
    inner join {{ ref('checked_entities') }} as checked_entities
        on results.checked = checked_entities.checked
        and checked_entities.check_name in (results.check_name, '*')
    inner join inputs
        on checked_entities.entity in (inputs.entity, '*')
    inner join {{ ref('dim_source') }} as sources
        on coalesce(results.source_system, sources.source_system) = sources.source_system
)

select
    source_system,
    kpi_code,
    cast(count(*) as integer) as checks,
    cast(count(*) filter (where is_failed_blocker) as integer) as failed_blockers,
    cast(count(*) filter (where is_failed_warning) as integer) as failed_warnings,
    {{ listed_together('case when is_failed_blocker or is_failed_warning then check_name end') }} as failed_checks,
    case
        when bool_or(is_failed_blocker) then 'failed'
        when bool_or(is_failed_warning) then 'warned'
        else 'trusted'
    end as data_state
from concerned
group by source_system, kpi_code
