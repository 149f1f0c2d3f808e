with cases as (
    select * from {{ ref('int_enforcement_cases_unioned') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    cases.source_system,
    cases.case_id,
    cases.offence_type,
    cases.origin as case_origin,
    cases.subject_operator_id,
    cases.seizure_id,
    cases.modus_operandi,
    cases.route,
    cases.intelligence_level,
    cases.measure_proposed,
    cases.measure_taken,
    cases.feedback_rule_code,
    cases.outcome,
    cases.closed_at is not null as is_closed,
    cases.consequence_value as consequence_value_national,
    cases.consequence_harm,
    sources.currency as currency_national,
    {{ local_day('cases.opened_at', 'sources.time_zone') }} as opened_on,
    {{ local_day('cases.closed_at', 'sources.time_zone') }} as closed_on,
    cases.opened_at,
    cases.closed_at
from cases
inner join sources
    on cases.source_system = sources.source_system
