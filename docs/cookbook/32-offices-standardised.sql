-- Question: Does an office find more than its goods explain?
-- Level: advanced
-- Teaches: Indirect standardisation: hits found over hits expected at the usual rate of the same regime and chapter.
with inspected as (
    select
        source_system,
        office_name,
        regime,
        chapter_code,
        is_hit::int as hit
    from fct_declarations
    where is_hit is not null and is_risk_selected
),

expected as (
    select
        *,
        avg(hit) over (partition by source_system, regime, chapter_code) as usual_rate
    from inspected
)

select
    source_system,
    office_name,
    count(*) as inspected,
    sum(hit) as hits,
    round(sum(usual_rate), 1) as expected_hits,
    round(sum(hit) / nullif(sum(usual_rate), 0), 2) as ratio,
    round(sum(hit) / nullif(sum(usual_rate), 0) * exp(-1.96 / sqrt(nullif(sum(hit), 0))), 2) as ratio_at_least,
    round(sum(hit) / nullif(sum(usual_rate), 0) * exp(1.96 / sqrt(nullif(sum(hit), 0))), 2) as ratio_at_most
from expected
group by all
order by ratio desc nulls last
