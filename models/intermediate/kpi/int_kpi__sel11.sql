-- Results we never learn. Due is what has a result, what was closed without one, and what is overdue.
with inspections as (
    select * from {{ ref('int_inspections_counted') }}
),

limits as (
    select {{ kpi_parameter('SEL11', 'overdue_days') }} as overdue_days
),

judged as (
    select
        inspections.*,
        not inspections.is_resolved
        and (
            inspections.result = 'not_performed'
            or inspections.ended_at is not null
            or {{ days_between('inspections.ordered_on', 'days_of_reference.as_of') }} > limits.overdue_days
        ) as has_no_result
    from inspections
    inner join {{ ref('int_source_as_of') }} as days_of_reference
        on inspections.source_system = days_of_reference.source_system
    cross join limits
),

counted as (
    select
        source_system,
        ordered_on as counted_on,
        office_code,
        regime,
        transport_mode,
        inspection_type,
        cast(has_no_result as integer) as numerator,
        1 as denominator
    from judged
    where is_resolved or has_no_result
)

{{ kpi_proportion('SEL11', ['all', 'office', 'regime', 'transport_mode', 'inspection_type']) }}
