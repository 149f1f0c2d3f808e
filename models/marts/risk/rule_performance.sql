-- What each rule is worth: what it found against what chance would have found, and the verdict that follows.
with judged as (
    select * from {{ ref('int_rules_judged') }}
),

rules as (
    select * from {{ ref('dim_risk_rule') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    judged.source_system,
    judged.period_grain,
    judged.period_start,
    judged.period_end,
    judged.rule_code,
    judged.rule_version,
    rules.rule_name,
    rules.risk_area,
    rules.is_security_rule,
    rules.category_code,
    categories.category_name,
    rules.channel,
    rules.objective_code,
    objectives.objective_name,
    rules.owner,
    rules.consequence,
    rules.is_active,
    judged.verdict,
    judged.verdict_reason,
    judged.review_rank,
    judged.matched_declarations,
    judged.inspected,
    judged.hits,
    judged.formal_hits,
    judged.unique_hits,
    round(judged.hit_rate, 6) as hit_rate,
    round(judged.hit_rate_lower, 6) as hit_rate_lower,
    round(judged.hit_rate_upper, 6) as hit_rate_upper,
    round(judged.base_rate, 6) as base_rate,
    round(judged.base_lower, 6) as base_rate_lower,
    round(judged.base_upper, 6) as base_rate_upper,
    round(judged.p_value, 6) as p_value,
    round(judged.q_value, 6) as q_value,
    round(judged.standard_hits, 6) as standard_hits,
    round(judged.hits / nullif(judged.standard_hits, 0), 6) as standard_ratio,
    round({{ count_lower('judged.hits') }} / nullif(judged.standard_hits, 0), 6) as standard_ratio_lower,
    round({{ count_upper('judged.hits') }} / nullif(judged.standard_hits, 0), 6) as standard_ratio_upper,
    judged.lift,
    judged.overlapping_declarations / cast(nullif(judged.matched_declarations, 0) as double) as overlap_share,
    judged.overlaps_most_with,
    others.rule_name as overlaps_most_with_name,
    judged.overlaps_most_declarations / cast(nullif(judged.matched_declarations, 0) as double) as overlaps_most_share,
    judged.seizures,
    cast(judged.additional_duty_national as decimal(18, 2)) as additional_duty_national,
    sources.currency as currency_national,
    round(judged.harm / nullif(judged.inspected, 0), 6) as harm_yield,
    round(judged.base_harm, 6) as base_harm_yield,
    round(judged.workload_share, 6) as workload_share,
    round(judged.share_covered, 6) as share_reached_at_random,
    cast(judged.days_active as integer) as days_active,
    cast(judged.days_since_last_hit as integer) as days_since_last_hit
from judged
inner join rules
    on judged.source_system = rules.source_system
    and judged.rule_code = rules.rule_code
    and judged.rule_version = rules.rule_version
inner join sources
    on judged.source_system = sources.source_system
left join rules as others
    on judged.source_system = others.source_system
    and judged.overlaps_most_with = others.rule_code
    and others.is_latest_version
left join {{ ref('dim_seizure_category') }} as categories
    on rules.category_code = categories.category_code
left join {{ ref('dim_objective') }} as objectives
    on rules.objective_code = objectives.objective_code
