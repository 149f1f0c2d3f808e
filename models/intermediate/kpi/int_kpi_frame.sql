{{ config(tags=['after_check']) }}

-- Which rows there must be: every registered KPI in every period of every source. Where a source supplies a KPI it
-- has one in each scope of the registry; else one, over all, that says why there is no figure.
with supplied as (
    select distinct
        source_system,
        kpi_code,
        kpi_version
    from {{ ref('int_kpis_unioned') }}
),

-- Values that any KPI of the source has met, so that an office without a case shows too.
scope_values as (
    select distinct
        source_system,
        scope_type,
        scope_value
    from {{ ref('int_kpis_unioned') }}
),

registered as (
    select
        kpis.kpi_code,
        kpis.kpi_version,
        {{ each_listed('kpis.scopes') }} as scope_type
    from {{ ref('dim_kpi') }} as kpis
),

scopes as (
    select
        supplied.source_system,
        supplied.kpi_code,
        supplied.kpi_version,
        scope_values.scope_type,
        scope_values.scope_value
    from supplied
    inner join registered
        on supplied.kpi_code = registered.kpi_code
        and supplied.kpi_version = registered.kpi_version
    inner join scope_values
        on supplied.source_system = scope_values.source_system
        and registered.scope_type = scope_values.scope_type
    union
    select
        sources.source_system,
        kpis.kpi_code,
        kpis.kpi_version,
        'all' as scope_type,
        'all' as scope_value
    from {{ ref('dim_source') }} as sources
    cross join {{ ref('dim_kpi') }} as kpis
    left join supplied
        on sources.source_system = supplied.source_system
        and kpis.kpi_code = supplied.kpi_code
        and kpis.kpi_version = supplied.kpi_version
    where
        supplied.kpi_code is null
        or {{ is_listed("'all'", 'kpis.scopes') }}
)

select
    scopes.source_system,
    scopes.kpi_code,
    scopes.kpi_version,
    scopes.scope_type,
    scopes.scope_value,
    supplied.kpi_code is not null as is_supplied,
    periods.period_grain,
    periods.period_start,
    periods.period_end,
    periods.as_of_on
from scopes
inner join {{ ref('int_kpi_periods') }} as periods
    on scopes.source_system = periods.source_system
left join supplied
    on scopes.source_system = supplied.source_system
    and scopes.kpi_code = supplied.kpi_code
    and scopes.kpi_version = supplied.kpi_version
