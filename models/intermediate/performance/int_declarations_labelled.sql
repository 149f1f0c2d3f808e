-- Declarations with a score, and what an inspection said of them that may speak for others: in the frame of the random
-- draw only what was drawn, by the inverse of its probability; outside of it whatever was inspected. What officers
-- picked from the frame speaks for nobody.
select
    scored.source_system,
    scored.declaration_id,
    scored.accepted_on,
    scored.month_rank,
    scored.month_declarations,
    draws.is_in_frame,
    declarations.is_risk_selected as is_taken_today,
    coalesce(first_tests.is_untested, false) as is_untested,
    case
        when draws.is_in_frame and draws.is_inspected then 1 / cast(draws.random_probability as double)
        when not draws.is_in_frame and declarations.was_inspected then 1.0
    end as label_weight,
    cast(coalesce(declarations.is_hit, false) as integer) as hit
from {{ ref('int_declarations_scored') }} as scored
inner join {{ ref('fct_declarations') }} as declarations
    on scored.source_system = declarations.source_system
    and scored.declaration_id = declarations.declaration_id
    and declarations.is_risk_selected is not null
inner join {{ ref('int_random_draws_judged') }} as draws
    on scored.source_system = draws.source_system
    and scored.declaration_id = draws.declaration_id
left join {{ ref('int_declarations_first_tested') }} as first_tests
    on scored.source_system = first_tests.source_system
    and scored.declaration_id = first_tests.declaration_id
