-- Rounded to a millionth, so that the order of records changes no digit.
select
    estimates.source_system,
    estimates.period_grain,
    estimates.period_start,
    estimates.scope_type,
    estimates.scope_value,
    case
        when estimates.scope_type = 'all' then 'all declarations'
        else coalesce(offices.office_name, estimates.scope_value)
    end as scope_name,
    estimates.is_upper_bound_only,
    estimates.frame_declarations,
    estimates.drawn,
    estimates.inspected,
    estimates.hits,
    estimates.formal_hits,
    round(estimates.share_not_inspected, 6) as share_not_inspected,
    round(estimates.estimated_offences, 6) as estimated_offences,
    round(estimates.estimated_lower, 6) as estimated_lower,
    round(estimates.estimated_upper, 6) as estimated_upper,
    estimates.found_offences,
    round(estimates.missed_offences, 6) as missed_offences,
    round(estimates.missed_lower, 6) as missed_lower,
    round(estimates.missed_upper, 6) as missed_upper,
    estimates.out_of_frame_uninspected,
    estimates.reason
from {{ ref('int_missed_offences_estimated') }} as estimates
left join {{ ref('dim_office') }} as offices
    on estimates.source_system = offices.source_system
    and estimates.scope_type = 'office'
    and estimates.scope_value = offices.office_code
