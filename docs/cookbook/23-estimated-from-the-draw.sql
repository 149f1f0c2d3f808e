-- Question: How many offences are there in all declarations drawn upon, judged by the random inspections alone?
-- Level: advanced
-- Teaches: Weight each inspected draw by what it stands for in its stratum; with few hits read missed_risk instead.
with strata as (
    select
        declarations.source_system,
        days.quarter_on,
        declarations.regime,
        declarations.office_code,
        count(*) as drawn_upon,
        count(*) filter (where declarations.is_random_drawn and declarations.was_inspected) as sample,
        count(*) filter (where declarations.is_random_drawn and declarations.is_hit) as hits
    from fct_declarations as declarations
    inner join dim_date as days on declarations.accepted_on = days.date_on
    where declarations.is_in_random_frame
    group by all
)

select
    source_system,
    quarter_on,
    sum(drawn_upon) as drawn_upon,
    sum(sample) as sample,
    sum(hits) as hits_in_sample,
    round(sum(drawn_upon * hits / nullif(sample, 0))) as estimated_offences,
    round(100 * coalesce(sum(drawn_upon) filter (where sample = 0), 0) / sum(drawn_upon), 1) as percent_without_sample
from strata
group by all
order by source_system, quarter_on
