-- How much better than chance we choose. Where too many of the drawn were not inspected nothing is said.
with estimated as (
    select
        lifts.source_system,
        lifts.period_grain,
        lifts.period_start,
        'all' as scope_type,
        'all' as scope_value,
        lifts.hit_rate as numerator,
        case when draws.reason is null then lifts.chance_rate end as denominator,
        case when draws.reason is null then lifts.lift end as value,
        case when draws.reason is null then lifts.lift_lower end as lower,
        case when draws.reason is null then lifts.lift_upper end as upper,
        case
            when draws.reason is not null then draws.reason
            when lifts.lift is null then 'At least the lower limit: the random inspections found nothing'
        end as reason
    from {{ ref('int_targeting_lift_estimated') }} as lifts
    inner join {{ ref('int_missed_offences_estimated') }} as draws
        on lifts.source_system = draws.source_system
        and lifts.period_grain = draws.period_grain
        and lifts.period_start = draws.period_start
        and draws.scope_type = 'all'
)

{{ kpi_estimate('SEL05') }}
