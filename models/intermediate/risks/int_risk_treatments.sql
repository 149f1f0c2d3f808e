-- What is done about each kind of risk in the year to the day of reference: rules in force, the inspections they caused
-- and what these found. A rule without a category treats the risks of its objective.
with as_of as (
    select * from {{ ref('int_source_as_of') }}
),

rules as (
    select
        *,
        coalesce(category_code, objective_code) as treatment_key
    from {{ ref('dim_risk_rule') }}
),

rules_in_force as (
    select
        source_system,
        treatment_key,
        count(distinct rule_code) as active_rules
    from rules
    where is_active
    group by source_system, treatment_key
),

controls as (
    select
        inspections.source_system,
        rules.treatment_key,
        count(distinct inspections.declaration_id) as inspections,
        count(distinct case when inspections.is_hit then inspections.declaration_id end) as hits
    from {{ ref('fct_inspections') }} as inspections
    inner join as_of
        on inspections.source_system = as_of.source_system
        and inspections.result_on <= as_of.as_of
        and inspections.result_on > {{ months_later('as_of.as_of', -12) }}
    inner join rules
        on inspections.source_system = rules.source_system
        and inspections.rule_code = rules.rule_code
        and inspections.rule_version = rules.rule_version
    where inspections.is_resolved
    group by inspections.source_system, rules.treatment_key
),

seizures as (
    select
        lines.source_system,
        lines.category_code as treatment_key,
        count(distinct lines.seizure_id) as seizures
    from {{ ref('fct_seizure_lines') }} as lines
    inner join as_of
        on lines.source_system = as_of.source_system
        and lines.seized_on <= as_of.as_of
        and lines.seized_on > {{ months_later('as_of.as_of', -12) }}
    where lines.is_standing
    group by lines.source_system, lines.category_code
),

keys as (
    select distinct
        source_system,
        treatment_key
    from {{ ref('int_risks_registered') }}
)

select
    keys.source_system,
    keys.treatment_key,
    coalesce(rules_in_force.active_rules, 0) as active_rules,
    coalesce(controls.inspections, 0) as inspections,
    coalesce(controls.hits, 0) as hits,
    coalesce(seizures.seizures, 0) as seizures
from keys
left join rules_in_force
    on keys.source_system = rules_in_force.source_system
    and keys.treatment_key = rules_in_force.treatment_key
left join controls
    on keys.source_system = controls.source_system
    and keys.treatment_key = controls.treatment_key
left join seizures
    on keys.source_system = seizures.source_system
    and keys.treatment_key = seizures.treatment_key
