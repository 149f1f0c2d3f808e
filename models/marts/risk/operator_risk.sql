-- The record of each operator over two years, and how often inspections find something with it, drawn to what its goods
-- and ways lead to expect. Who was never inspected is listed, and has no rank.
with tested as (
    {{ with_q_values(ref('int_operators_tested'), 'p_value', ['source_system', 'selection_basis']) }}
),

statuses as (
    select * from {{ ref('dim_operator') }}
    where is_current
),

histories as (
    select
        source_system,
        operator_id,
        min(case when is_aeo then valid_from end) as first_authorised_on,
        max(case when aeo_status = 'suspended' then valid_from end) as last_suspended_on,
        max(case when aeo_status = 'revoked' then valid_from end) as last_revoked_on
    from {{ ref('dim_operator') }}
    group by source_system, operator_id
),

lists as (
    select distinct
        source_system,
        selection_basis
    from {{ ref('int_hit_rates_expected') }}
)

select
    recorded.source_system,
    recorded.operator_id,
    coalesce(lists.selection_basis, 'not_stated') as selection_basis,
    statuses.country_code,
    countries.country_name,
    statuses.sector,
    sources.currency as currency_national,
    statuses.aeo_type,
    statuses.aeo_status,
    statuses.is_aeo,
    {{ aeo_shown('statuses') }} as aeo_shown,
    recorded.first_declared_on > windows.period_after as is_new,
    tested.inspected is not null as is_tested,
    case
        when tested.shrunk_rate is not null
            then row_number() over (
                partition by recorded.source_system, lists.selection_basis
                order by tested.shrunk_rate desc nulls last, tested.inspected desc, recorded.operator_id asc
            )
    end as risk_rank,
    recorded.declarations,
    recorded.customs_value_national,
    round(
        recorded.declarations_as_aeo / nullif(cast(recorded.declarations_of_known_status as double), 0), 6
    ) as share_as_aeo,
    recorded.routes,
    recorded.first_time_routes,
    coalesce(offending.declarations_inspected, 0) as declarations_inspected,
    offending.offending_declarations,
    offending.formal_declarations,
    offending.severity_points,
    offending.additional_duty_national,
    recorded.seizures,
    recorded.audits_closed,
    recorded.audits_with_findings,
    recorded.audit_assessed_national,
    coalesce(tested.inspected, 0) as inspected,
    tested.hits,
    tested.serious_hits,
    tested.security_hits,
    tested.hit_category_codes,
    tested.hit_category_names,
    tested.hit_rate,
    tested.control_ratio,
    tested.prior_rate,
    tested.prior_weight,
    tested.own_weight,
    tested.shrunk_rate,
    tested.shrunk_lower,
    tested.shrunk_upper,
    tested.expected_hits,
    tested.standardised_ratio,
    tested.standardised_lower,
    tested.standardised_upper,
    tested.p_value,
    round(tested.q_value, 6) as q_value,
    recorded.first_declared_on,
    greatest(offending.last_hit_on, recorded.last_seized_on) as last_offence_on,
    histories.first_authorised_on,
    histories.last_suspended_on,
    histories.last_revoked_on,
    {{ day_after('windows.record_after') }} as record_from,
    windows.period_to as record_to,
    {{ why_not_shrunk('tested', 'Never inspected over the time of the record') }} as reason
from {{ ref('int_operators_recorded') }} as recorded
inner join {{ ref('sources') }} as sources
    on recorded.source_system = sources.source_system
inner join {{ ref('int_periods_compared') }} as windows
    on recorded.source_system = windows.source_system
left join lists
    on recorded.source_system = lists.source_system
left join {{ ref('int_operators_offending') }} as offending
    on recorded.source_system = offending.source_system
    and recorded.operator_id = offending.operator_id
left join statuses
    on recorded.source_system = statuses.source_system
    and recorded.operator_id = statuses.operator_id
left join {{ ref('dim_country') }} as countries
    on statuses.country_code = countries.country_code
left join histories
    on recorded.source_system = histories.source_system
    and recorded.operator_id = histories.operator_id
left join tested
    on recorded.source_system = tested.source_system
    and recorded.operator_id = tested.operator_id
    and lists.selection_basis = tested.selection_basis
