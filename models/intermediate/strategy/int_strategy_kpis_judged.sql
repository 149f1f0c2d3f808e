{{ config(tags=['after_check']) }}

-- Every KPI of every source in its latest quarter that is over, in each scope with a target, else over all.
with sources as (
    select * from {{ ref('dim_source') }}
),

kpis as (
    select
        *,
        coalesce({{ is_listed("'all'", 'scopes') }}, true) as is_of_whole
    from {{ ref('dim_kpi') }}
),

last_quarters as (
    select
        source_system,
        max(period_start) as period_start
    from {{ ref('int_kpi_periods') }}
    where
        period_grain = 'quarter'
        and period_end <= as_of_on
    group by source_system
),

figures as (
    select figures.*
    from {{ ref('fct_kpi_values') }} as figures
    inner join last_quarters
        on figures.source_system = last_quarters.source_system
        and figures.period_start = last_quarters.period_start
    where
        figures.period_grain = 'quarter'
        and (figures.scope_type = 'all' or figures.target is not null)
),

targeted as (
    select distinct
        source_system,
        kpi_code,
        kpi_version
    from {{ ref('kpi_targets') }}
)

select
    sources.source_system,
    'kpi' as subject_type,
    kpis.kpi_code as subject_code,
    kpis.kpi_name as subject_name,
    coalesce(figures.scope_type, 'all') as scope_type,
    coalesce(figures.scope_value, 'all') as scope_value,
    kpis.objective_code,
    kpis.legal_basis_code,
    kpis.owner,
    figures.period_start,
    figures.value,
    figures.lower,
    figures.upper,
    kpis.unit,
    figures.target,
    figures.target_upper,
    figures.status,
    figures.is_provisional,
    figures.data_state,
    {{ reasons([
        "case when kpis.objective_code is null then 'Serves no objective' end",
        "case when kpis.owner is null then 'Nobody owns it' end",
        "case when kpis.legal_basis_code is null then 'Cites no legal basis' end",
        "case when kpis.direction <> 'none' and targeted.kpi_code is null then 'Has no target' end",
        "case when figures.value is null and kpis.is_of_whole then 'No figure: ' || coalesce(figures.reason, 'no quarter is over') end",
    ]) }} as gap
from sources
cross join kpis
left join figures
    on sources.source_system = figures.source_system
    and kpis.kpi_code = figures.kpi_code
left join targeted
    on sources.source_system = targeted.source_system
    and kpis.kpi_code = targeted.kpi_code
    and kpis.kpi_version = targeted.kpi_version
