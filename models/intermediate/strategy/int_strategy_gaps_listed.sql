-- Rules in force, controls in use and registered risks that lack an objective, a law or an owner. Of a rule its code is
-- enough: what it looks for is secret.
with rules as (
    select
        source_system,
        'rule' as subject_type,
        rule_code as subject_code,
        cast(null as varchar) as subject_name,
        objective_code,
        legal_basis_code,
        owner,
        {{ reasons([
            "case when objective_code is null then 'Serves no objective' end",
            "case when owner is null then 'Nobody owns it' end",
            "case when legal_basis_code is null then 'Cites no legal basis' end",
        ]) }} as gap
    from {{ ref('dim_risk_rule') }}
    where
        is_active
        and is_registered
        and is_latest_version
),

uses as (
    select distinct
        source_system,
        control_type_code
    from {{ ref('fct_inspections') }}
    where control_type_code is not null
),

control_types as (
    select
        uses.source_system,
        'control_type' as subject_type,
        uses.control_type_code as subject_code,
        known.control_type_name as subject_name,
        cast(null as varchar) as objective_code,
        known.legal_basis_code,
        cast(null as varchar) as owner,
        {{ reasons([
            "case when known.control_type_code is null then 'Is in no register of control types' end",
            "case when known.legal_basis_code is null then 'Cites no legal basis' end",
        ]) }} as gap
    from uses
    left join {{ ref('control_types') }} as known
        on uses.source_system = known.source_system
        and uses.control_type_code = known.control_type_code
),

versions_of_risks as (
    select
        *,
        row_number() over (partition by source_system, risk_code order by version desc) as recency
    from {{ ref('int_risk_register_unioned') }}
),

risks as (
    select
        source_system,
        'risk' as subject_type,
        risk_code as subject_code,
        name as subject_name,
        objective_code,
        legal_basis_code,
        owner,
        {{ reasons([
            "case when objective_code is null then 'Serves no objective' end",
            "case when owner is null then 'Nobody owns it' end",
            "case when legal_basis_code is null then 'Cites no legal basis' end",
            "case when treatment is null then 'Nothing is done about it' end",
        ]) }} as gap
    from versions_of_risks
    where recency = 1
),

subjects as (
    {{ union_by_name(['rules', 'control_types', 'risks']) }}
)

select * from subjects
where gap is not null
