-- The loop closed: the first new or changed rule that came of a finding. A rule answers where the finding names
-- it, or it names the finding or its seizure, and it came into force on the day of the finding or after.
with findings as (
    select * from {{ ref('int_findings_gathered') }}
),

sources as (
    select * from {{ ref('dim_source') }}
),

rules as (
    select
        rules.*,
        {{ local_day('rules.active_from', 'sources.time_zone') }} as active_on
    from {{ ref('dim_risk_rule') }} as rules
    inner join sources
        on rules.source_system = sources.source_system
),

allowed as (
    select amount as answer_days
    from {{ ref('kpi_parameters') }}
    where
        kpi_code = 'SAF23'
        and parameter = 'answer_days'
),

answers as (
    select
        findings.source_system,
        findings.finding_type,
        findings.finding_id,
        rules.rule_code,
        rules.rule_version,
        rules.active_on,
        row_number() over (
            partition by findings.source_system, findings.finding_type, findings.finding_id
            order by rules.active_on asc, rules.rule_code asc, rules.rule_version asc
        ) as answer_rank
    from findings
    inner join rules
        on findings.source_system = rules.source_system
        and findings.found_on <= rules.active_on
        and (
            findings.feedback_rule_code = rules.rule_code
            or (findings.finding_type = rules.source_finding_type and findings.finding_id = rules.source_finding_id)
            or (findings.seizure_id = rules.source_finding_id and rules.source_finding_type = 'seizure')
        )
),

dated as (
    select
        findings.*,
        categories.category_name,
        answers.rule_code,
        answers.rule_version,
        answers.active_on,
        allowed.answer_days,
        {{ days_between('findings.found_on', 'answers.active_on') }} as days_to_rule,
        {{ days_between('findings.found_on', 'sources.as_of_on') }} as days_known
    from findings
    inner join sources
        on findings.source_system = sources.source_system
    cross join allowed
    left join answers
        on findings.source_system = answers.source_system
        and findings.finding_type = answers.finding_type
        and findings.finding_id = answers.finding_id
        and answers.answer_rank = 1
    left join {{ ref('dim_seizure_category') }} as categories
        on findings.category_code = categories.category_code
)

select
    source_system,
    finding_type,
    finding_id,
    seizure_id,
    category_code,
    category_name,
    offence_type,
    is_counted,
    measure_proposed,
    measure_taken,
    feedback_rule_code,
    rule_code,
    rule_version,
    days_to_rule,
    coalesce(days_to_rule <= answer_days, false) as is_answered_in_time,
    case
        when days_to_rule <= answer_days then 'answered in time'
        when rule_code is not null then 'answered late'
        when days_known < answer_days then 'still time to answer'
        when feedback_rule_code is not null then 'rule named, none new or changed since'
        else 'not answered'
    end as answer,
    found_on,
    active_on as rule_active_on
from dated
