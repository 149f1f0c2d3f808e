-- Question: Which months have more seizures than the months around them?
-- Level: advanced
-- Teaches: Each month over a moving average of five; months without any seizure are made, not lost.
with months as (
    select distinct
        seizures.source_system,
        days.month_on
    from (
        select
            source_system,
            min(seized_month_on) as first_on,
            max(seized_month_on) as last_on
        from fct_seizure_lines
        group by all
    ) as seizures
    inner join dim_date as days on days.month_on between seizures.first_on and seizures.last_on
),

counted as (
    select
        months.source_system,
        months.month_on,
        count(distinct lines.seizure_id) as seizures
    from months
    left join fct_seizure_lines as lines
        on
        months.source_system = lines.source_system
        and months.month_on = lines.seized_month_on
        and lines.is_standing
    group by all
)

select
    source_system,
    month_on,
    seizures,
    round(avg(seizures) over around, 1) as usual,
    round(100 * seizures / nullif(avg(seizures) over around, 0)) as percent_of_usual
from counted
window around as (partition by source_system order by month_on rows between 2 preceding and 2 following)
order by source_system, month_on
