with audits as (
    select * from {{ ref('int_post_clearance_audits_unioned') }}
),

sources as (
    select * from {{ ref('sources') }}
)

select
    audits.source_system,
    audits.audit_id,
    audits.operator_id,
    audits.selection_basis,
    audits.result,
    audits.feedback_rule_code,
    audits.closed_at is not null as is_closed,
    case when audits.closed_at is not null then audits.result = 'findings' end as has_findings,
    audits.additional_assessed as additional_assessed_national,
    audits.additional_collected as additional_collected_national,
    sources.currency as currency_national,
    audits.period_audited_from,
    audits.period_audited_to,
    audits.planned_at as planned_on,
    {{ local_day('audits.opened_at', 'sources.time_zone') }} as opened_on,
    {{ local_day('audits.closed_at', 'sources.time_zone') }} as closed_on,
    audits.opened_at,
    audits.closed_at,
    audits.collected_at
from audits
inner join sources
    on audits.source_system = sources.source_system
