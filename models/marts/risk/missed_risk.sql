-- Rounded to a millionth, so that the order of records changes no digit.
select
    source_system,
    period_grain,
    period_start,
    scope_type,
    scope_value,
    is_upper_bound_only,
    frame_declarations,
    drawn,
    inspected,
    hits,
    formal_hits,
    round(share_not_inspected, 6) as share_not_inspected,
    round(estimated_offences, 6) as estimated_offences,
    round(estimated_lower, 6) as estimated_lower,
    round(estimated_upper, 6) as estimated_upper,
    found_offences,
    round(missed_offences, 6) as missed_offences,
    round(missed_lower, 6) as missed_lower,
    round(missed_upper, 6) as missed_upper,
    out_of_frame_uninspected,
    reason
from {{ ref('int_missed_offences_estimated') }}
