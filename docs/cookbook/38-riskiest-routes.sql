-- Question: Which routes are the riskiest for safety and security, given how little some were tested?
-- Level: advanced
-- Teaches: Rank by the shrunk rate, with its interval and the share that is the route's own evidence.
select
    source_system,
    selection_basis,
    risk_rank,
    country_origin_name as origin,
    heading_code,
    transport_mode,
    inspected,
    hits,
    security_hits,
    round(100 * hit_rate, 1) as raw_percent,
    round(100 * shrunk_rate, 1) as shrunk_percent,
    round(100 * shrunk_lower, 1) as at_least_percent,
    round(100 * shrunk_upper, 1) as at_most_percent,
    round(100 * own_weight) as own_evidence_percent,
    round(q_value, 3) as q_value
from route_risk
where outcome = 'security' and is_tested and risk_rank <= 25
order by source_system, selection_basis, risk_rank
