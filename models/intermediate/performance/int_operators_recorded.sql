{{ config(materialized='table') }}

-- The compliance record of every operator that traded, was audited or had goods seized within the time of the record.
with windows as (
    select * from {{ ref('int_periods_compared') }}
),

traded as (
    select * from {{ ref('int_operators_traded') }}
),

seized as (
    select
        lines.source_system,
        lines.operator_id,
        count(distinct lines.seizure_id) as seizures,
        max(lines.seized_on) as last_seized_on
    from {{ ref('fct_seizure_lines') }} as lines
    inner join windows
        on lines.source_system = windows.source_system
        and lines.seized_on > windows.record_after
        and lines.seized_on <= windows.period_to
    where
        lines.is_standing
        and lines.operator_id is not null
    group by lines.source_system, lines.operator_id
),

audited as (
    select
        audits.source_system,
        audits.operator_id,
        count(*) as audits_closed,
        count(*) filter (where audits.has_findings) as audits_with_findings,
        cast(sum(audits.additional_assessed_national) as decimal(18, 2)) as audit_assessed_national
    from {{ ref('fct_post_clearance_audits') }} as audits
    inner join windows
        on audits.source_system = windows.source_system
        and audits.closed_on > windows.record_after
        and audits.closed_on <= windows.period_to
    where audits.operator_id is not null
    group by audits.source_system, audits.operator_id
),

operators as (
    select
        source_system,
        operator_id
    from traded
    where declarations > 0
    union
    select
        source_system,
        operator_id
    from seized
    union
    select
        source_system,
        operator_id
    from audited
)

-- A source that names no operator of any seizure, or reports no audits, does not say that there were none.
select
    operators.source_system,
    operators.operator_id,
    traded.first_declared_on,
    coalesce(traded.declarations, 0) as declarations,
    coalesce(traded.declarations_of_known_status, 0) as declarations_of_known_status,
    coalesce(traded.declarations_as_aeo, 0) as declarations_as_aeo,
    traded.customs_value_national,
    coalesce(traded.routes, 0) as routes,
    coalesce(traded.first_time_routes, 0) as first_time_routes,
    case
        when operators.source_system in (select all_seized.source_system from seized as all_seized)
            then coalesce(seized.seizures, 0)
    end as seizures,
    seized.last_seized_on,
    case
        when operators.source_system in (select all_audited.source_system from audited as all_audited)
            then coalesce(audited.audits_closed, 0)
    end as audits_closed,
    case
        when operators.source_system in (select all_audited.source_system from audited as all_audited)
            then coalesce(audited.audits_with_findings, 0)
    end as audits_with_findings,
    audited.audit_assessed_national
from operators
left join traded
    on operators.source_system = traded.source_system
    and operators.operator_id = traded.operator_id
left join seized
    on operators.source_system = seized.source_system
    and operators.operator_id = seized.operator_id
left join audited
    on operators.source_system = audited.source_system
    and operators.operator_id = audited.operator_id
