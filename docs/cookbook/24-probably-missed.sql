-- Question: What was probably missed, quarter by quarter, and how far can the figure be trusted?
-- Level: advanced
-- Teaches: Read the interval first: where only an upper bound is known, there is no figure to quote.
select
    source_system,
    period_start,
    scope_type,
    scope_value,
    frame_declarations,
    inspected as random_inspections,
    hits as random_hits,
    found_offences,
    round(missed_offences) as missed,
    round(missed_lower) as missed_at_least,
    round(missed_upper) as missed_at_most,
    reason
from missed_risk
where period_grain = 'quarter'
order by source_system, period_start, scope_type, scope_value
