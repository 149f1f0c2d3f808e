-- The work each candidate would make: how many declarations met it in the time of confirming, how many of them a rule
-- in force or the model took already, and how many were inspected.
select
    met.source_system,
    met.candidate_id,
    count(*) as declarations,
    count(*) filter (where declarations.is_risk_selected) as declarations_selected,
    count(*) filter (where declarations.was_inspected) as declarations_inspected
from {{ ref('int_candidates_declared') }} as met
inner join {{ ref('fct_declarations') }} as declarations
    on met.source_system = declarations.source_system
    and met.declaration_id = declarations.declaration_id
where met.is_confirming
group by met.source_system, met.candidate_id
