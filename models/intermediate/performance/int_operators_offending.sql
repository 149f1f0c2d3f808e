-- What inspections of any reason found with each operator over the time of the record. A declaration counts once, by
-- its worst offence.
with declarations as (
    select
        counted.source_system,
        counted.trader_id as operator_id,
        inspections.declaration_id,
        bool_or(inspections.is_hit) as is_hit,
        bool_or(inspections.has_formal_offence) as has_formal_offence,
        max(case when inspections.is_hit or inspections.has_formal_offence then points.points end) as points,
        sum(inspections.additional_duty_national) as additional_duty_national,
        max(case when inspections.is_hit then inspections.result_on end) as last_hit_on
    from {{ ref('fct_inspections') }} as inspections
    inner join {{ ref('int_declarations_counted') }} as counted
        on inspections.source_system = counted.source_system
        and inspections.declaration_id = counted.declaration_id
        and counted.trader_id is not null
    inner join {{ ref('int_periods_compared') }} as windows
        on inspections.source_system = windows.source_system
        and inspections.result_on > windows.record_after
        and inspections.result_on <= windows.period_to
    left join {{ ref('severity_points') }} as points
        on inspections.severity = points.severity
    where inspections.is_resolved
    group by counted.source_system, counted.trader_id, inspections.declaration_id
)

select
    source_system,
    operator_id,
    count(*) as declarations_inspected,
    count(*) filter (where is_hit) as offending_declarations,
    count(*) filter (where has_formal_offence and not is_hit) as formal_declarations,
    -- An offence of untold severity makes the sum unknown.
    case
        when count(*) filter (where (is_hit or has_formal_offence) and points is null) = 0
            then round(coalesce(sum(points), 0), 6)
    end as severity_points,
    cast(sum(additional_duty_national) as decimal(18, 2)) as additional_duty_national,
    max(last_hit_on) as last_hit_on
from declarations
group by source_system, operator_id
