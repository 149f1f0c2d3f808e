{{ config(materialized='table') }}

-- What an inspection is owed to: a declaration, a reason to inspect it and the rule behind the reason, on the day of
-- its last result. Looking at goods, by scanner or by hand, is one kind of control and reading papers another: that a
-- scan led to opening is an outcome and must not choose what it is compared with.
with inspections as (
    select * from {{ ref('fct_inspections') }}
    where
        is_resolved
        and selection_reason is not null
),

declarations as (
    select * from {{ ref('fct_declarations') }}
    where not is_invalidated
),

severities as (
    select * from {{ ref('harm_weights') }}
    where weight_for = 'severity'
),

categories as (
    select * from {{ ref('harm_weights') }}
    where weight_for = 'category'
),

-- A category that no list knows weighs as none.
plain as (
    select any_value(weight) as weight from categories
    where code = 'none'
),

draws as (
    select
        source_system,
        declaration_id,
        random_probability
    from {{ ref('int_random_draws_judged') }}
    where is_drawn
),

-- First and last of the codes that matched: both are a rule's own only where no other matched.
matches as (
    select
        source_system,
        declaration_id,
        min(rule_code) as first_rule_code,
        max(rule_code) as last_rule_code
    from {{ ref('fct_selectivity_matches') }}
    group by source_system, declaration_id
),

judged as (
    select
        inspections.source_system,
        inspections.declaration_id,
        inspections.selection_reason,
        inspections.rule_code,
        inspections.rule_version,
        bool_or(inspections.inspection_type <> 'documentary') as is_goods_control,
        bool_or(inspections.is_hit) as is_hit,
        bool_or(inspections.has_formal_offence) and not bool_or(inspections.is_hit) as is_formal_only,
        coalesce(
            max(case when inspections.is_hit then severities.weight * coalesce(categories.weight, plain.weight) end), 0
        ) as harm,
        sum(inspections.additional_duty_national) as additional_duty_national,
        max(inspections.result_on) as result_on
    from inspections
    cross join plain
    left join severities
        on coalesce(inspections.severity, 'unknown') = severities.code
    left join categories
        on inspections.offence_category_code = categories.code
    group by
        inspections.source_system,
        inspections.declaration_id,
        inspections.selection_reason,
        inspections.rule_code,
        inspections.rule_version
)

select
    judged.*,
    judged.rule_code is not null and judged.selection_reason in ('criteria', 'model') as is_caused_by_rule,
    matches.first_rule_code <> judged.rule_code or matches.last_rule_code <> judged.rule_code
        as is_matched_by_others,
    case when judged.selection_reason = 'random' then 1 / cast(draws.random_probability as double) end as random_weight,
    declarations.office_code,
    declarations.regime,
    declarations.transport_mode,
    chapters.section_code
from judged
inner join declarations
    on judged.source_system = declarations.source_system
    and judged.declaration_id = declarations.declaration_id
left join draws
    on judged.source_system = draws.source_system
    and judged.declaration_id = draws.declaration_id
left join matches
    on judged.source_system = matches.source_system
    and judged.declaration_id = matches.declaration_id
left join {{ ref('hs_chapters') }} as chapters
    on declarations.chapter_code = chapters.chapter_code
