-- What an administration should learn from: its cases and its audits with findings. What a rule says it came from
-- is listed too, but not counted: an answer would choose its own question.
with cases as (
    select * from {{ ref('fct_enforcement_cases') }}
),

audits as (
    select * from {{ ref('fct_post_clearance_audits') }}
    where has_findings
),

inspections as (
    select * from {{ ref('fct_inspections') }}
),

seizures as (
    select
        source_system,
        seizure_id,
        coalesce(max(case when is_primary_line then category_code end), min(category_code)) as category_code,
        min(seized_on) as seized_on
    from {{ ref('fct_seizure_lines') }}
    where is_standing
    group by source_system, seizure_id
),

named_by_rules as (
    select
        source_system,
        source_finding_type,
        source_finding_id
    from {{ ref('dim_risk_rule') }}
)

select
    cases.source_system,
    'case' as finding_type,
    cases.case_id as finding_id,
    cases.seizure_id,
    seizures.category_code,
    cases.offence_type,
    cases.measure_proposed,
    cases.measure_taken,
    cases.feedback_rule_code,
    true as is_counted,
    cases.opened_on as found_on
from cases
left join seizures
    on cases.source_system = seizures.source_system
    and cases.seizure_id = seizures.seizure_id
union
select
    source_system,
    'audit' as finding_type,
    audit_id as finding_id,
    null as seizure_id,
    null as category_code,
    null as offence_type,
    null as measure_proposed,
    null as measure_taken,
    feedback_rule_code,
    true as is_counted,
    closed_on as found_on
from audits
union
select
    named.source_system,
    'seizure' as finding_type,
    named.source_finding_id as finding_id,
    named.source_finding_id as seizure_id,
    seizures.category_code,
    null as offence_type,
    null as measure_proposed,
    null as measure_taken,
    null as feedback_rule_code,
    false as is_counted,
    seizures.seized_on as found_on
from named_by_rules as named
inner join seizures
    on named.source_system = seizures.source_system
    and named.source_finding_id = seizures.seizure_id
left join cases
    on named.source_system = cases.source_system
    and named.source_finding_id = cases.seizure_id
where
    named.source_finding_type = 'seizure'
    and cases.case_id is null
union
select
    named.source_system,
    'inspection' as finding_type,
    named.source_finding_id as finding_id,
    null as seizure_id,
    inspections.offence_category_code as category_code,
    inspections.offence_type,
    null as measure_proposed,
    null as measure_taken,
    null as feedback_rule_code,
    false as is_counted,
    inspections.result_on as found_on
from named_by_rules as named
inner join inspections
    on named.source_system = inspections.source_system
    and named.source_finding_id = inspections.inspection_id
where named.source_finding_type = 'inspection'
