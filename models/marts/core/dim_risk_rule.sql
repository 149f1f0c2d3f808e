with rules as (
    select * from {{ ref('int_risk_rules_completed') }}
),

days_of_reference as (
    select * from {{ ref('int_source_as_of') }}
),

latest as (
    select
        source_system,
        rule_code,
        max(rule_version) as rule_version
    from rules
    group by source_system, rule_code
)

select
    rules.source_system,
    rules.rule_code,
    rules.rule_version,
    rules.rule_name,
    rules.risk_area,
    rules.is_security_rule,
    rules.category_code,
    rules.commodity_prefix,
    rules.country_origin,
    rules.route,
    rules.channel,
    rules.objective_code,
    rules.legal_basis_code,
    rules.consequence,
    rules.owner,
    rules.approved_at,
    rules.active_from,
    rules.active_to,
    cast(rules.active_from as date) <= days_of_reference.as_of
    and coalesce(cast(rules.active_to as date) >= days_of_reference.as_of, true) as is_active,
    latest.rule_code is not null as is_latest_version,
    rules.is_registered,
    rules.source_finding_type,
    rules.source_finding_id
from rules
left join days_of_reference
    on rules.source_system = days_of_reference.source_system
left join latest
    on rules.source_system = latest.source_system
    and rules.rule_code = latest.rule_code
    and rules.rule_version = latest.rule_version
