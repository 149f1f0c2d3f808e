-- Hits needed come from the Poisson limits, times the loss by unequal weights (Kish); inspections needed
-- from the hit rate of the period. With no hit the rate is at most that of its upper limit.
with estimates as (
    select * from {{ ref('int_missed_offences_estimated') }}
),

wanted as (
    select {{ setting_named('precision_wanted') }} as precision_wanted
    from {{ ref('missed_risk_settings') }}
),

needed as (
    select
        wanted.precision_wanted,
        min(limits.event_count) as hits_needed
    from {{ ref('poisson_limits') }} as limits
    cross join wanted
    where limits.upper_limit - limits.lower_limit <= 2 * wanted.precision_wanted * limits.event_count
    group by wanted.precision_wanted
),

planned as (
    select
        estimates.*,
        offices.office_name,
        needed.precision_wanted,
        needed.hits_needed,
        (estimates.estimated_upper - estimates.estimated_lower) / 2 / nullif(estimates.estimated_offences, 0)
            as precision_reached,
        needed.hits_needed * coalesce(
            estimates.hits * (estimates.variance + estimates.estimated_offences)
            / nullif(estimates.estimated_offences * estimates.estimated_offences, 0), 1
        ) * estimates.inspected as work
    from estimates
    cross join needed
    left join {{ ref('dim_office') }} as offices
        on estimates.source_system = offices.source_system
        and estimates.scope_type = 'office'
        and estimates.scope_value = offices.office_code
)

select
    source_system,
    period_grain,
    period_start,
    scope_type,
    scope_value,
    case
        when scope_type = 'all' then 'all declarations'
        else coalesce(office_name, scope_value)
    end as scope_name,
    is_upper_bound_only as is_at_least,
    frame_declarations,
    inspected,
    hits,
    round(precision_reached, 6) as precision_reached,
    precision_wanted,
    hits_needed,
    case
        when reason is null then cast(ceil(round(work / case when hits = 0 then most_hits else hits end, 6)) as bigint)
    end as inspections_needed,
    case when reason is null then cast(ceil(round(work / most_hits, 6)) as bigint) end as inspections_needed_lower,
    case when reason is null and hits > 0 then cast(ceil(round(work / fewest_hits, 6)) as bigint) end
        as inspections_needed_upper,
    case
        when reason is null
            then ceil(round(work / case when hits = 0 then most_hits else hits end, 6)) > frame_declarations
    end as is_beyond_frame,
    reason
from planned
