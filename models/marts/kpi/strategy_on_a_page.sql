{{ config(tags=['after_check']) }}

-- From objectives to figures. What lacks something is a row with a sentence, not an absence.
with kpis as (
    select * from {{ ref('int_strategy_kpis_judged') }}
),

served as (
    select
        source_system,
        objective_code,
        count(target) as targets,
        count(value) as figures
    from kpis
    group by source_system, objective_code
),

objectives as (
    select
        sources.source_system,
        'objective' as subject_type,
        objectives.objective_code as subject_code,
        objectives.objective_name as subject_name,
        objectives.objective_code,
        {{ reasons([
            "case when served.source_system is null then 'No KPI serves it' end",
            "case when served.targets = 0 then 'None of its KPIs has a target' end",
            "case when served.figures = 0 then 'None of its KPIs has a figure' end",
        ]) }} as gap
    from {{ ref('dim_source') }} as sources
    cross join {{ ref('dim_objective') }} as objectives
    left join served
        on sources.source_system = served.source_system
        and objectives.objective_code = served.objective_code
),

gaps as (
    select * from {{ ref('int_strategy_gaps_listed') }}
),

subjects as (
    {{ union_by_name(['kpis', 'objectives', 'gaps']) }}
)

select
    subjects.source_system,
    subjects.subject_type,
    subjects.subject_code,
    coalesce(subjects.scope_type, 'all') as scope_type,
    coalesce(subjects.scope_value, 'all') as scope_value,
    subjects.subject_name,
    subjects.objective_code,
    objectives.objective_name,
    subjects.legal_basis_code,
    subjects.owner,
    subjects.period_start,
    subjects.value,
    subjects.lower,
    subjects.upper,
    subjects.unit,
    subjects.target,
    subjects.target_upper,
    subjects.status,
    subjects.is_provisional,
    subjects.data_state,
    subjects.gap
from subjects
left join {{ ref('dim_objective') }} as objectives
    on subjects.objective_code = objectives.objective_code
