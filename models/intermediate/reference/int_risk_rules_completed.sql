with registered as (
    select * from {{ ref('int_risk_rules_unioned') }}
),

acted as (
    select
        source_system,
        rule_code,
        rule_version
    from {{ ref('int_selection_events_unioned') }}
    union
    select
        source_system,
        rule_code,
        rule_version
    from {{ ref('int_selectivity_matches_unioned') }}
    union
    select
        source_system,
        rule_code,
        rule_version
    from {{ ref('int_inspections_unioned') }}
),

every_rule as (
    select
        source_system,
        rule_code,
        rule_version
    from registered
    union
    select
        source_system,
        rule_code,
        rule_version
    from acted
    where
        rule_code is not null
        and rule_version is not null
)

select
    every_rule.source_system,
    every_rule.rule_code,
    every_rule.rule_version,
    registered.name as rule_name,
    registered.risk_area,
    registered.risk_area <> 'revenue' as is_security_rule,
    registered.category_code,
    registered.commodity_prefix,
    registered.country_origin,
    registered.route,
    registered.channel,
    registered.objective_code,
    registered.legal_basis_code,
    registered.consequence,
    registered.owner,
    registered.approved_at,
    registered.active_from,
    registered.active_to,
    registered.source_finding_type,
    registered.source_finding_id,
    registered.rule_code is not null as is_registered
from every_rule
left join registered
    on every_rule.source_system = registered.source_system
    and every_rule.rule_code = registered.rule_code
    and every_rule.rule_version = registered.rule_version
