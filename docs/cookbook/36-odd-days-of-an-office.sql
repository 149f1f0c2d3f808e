-- Question: On which days did an office take far more or fewer declarations than on the same weekday before?
-- Level: advanced
-- Teaches: Compare with the eight same weekdays before, by a frame that leaves out the day itself.
with days as (
    select
        declarations.source_system,
        declarations.office_name,
        declarations.accepted_on,
        calendar.weekday_name,
        count(*) as declarations
    from fct_declarations as declarations
    inner join dim_date as calendar on declarations.accepted_on = calendar.date_on
    group by all
),

compared as (
    select
        *,
        avg(declarations) over before as usual,
        count(*) over before as weeks_before
    from days
    window
        before as (
            partition by source_system, office_name, weekday_name
            order by accepted_on
            rows between 8 preceding and 1 preceding
        )
)

select
    source_system,
    office_name,
    accepted_on,
    weekday_name,
    declarations,
    round(usual, 1) as usual,
    round((declarations - usual) / sqrt(usual), 1) as deviation
from compared
where weeks_before = 8
order by abs(deviation) desc
limit 100
