-- Declarations that every way to choose treats alike, with what is known of them: by side of the random frame, choice
-- of today, whether an inspection would be the first of its kind, and place in the order of the score.
with dated as (
    select
        labelled.*,
        periods.period_grain,
        periods.period_start,
        periods.period_end
    from {{ ref('int_declarations_labelled') }} as labelled
    inner join {{ ref('int_performance_periods') }} as periods
        on labelled.source_system = periods.source_system
        and labelled.accepted_on between periods.period_start and periods.period_end
        and periods.period_grain <> 'quarter'
),

-- Labels of each side speak for all of it.
weighted as (
    select
        *,
        label_weight * count(*) over side / sum(label_weight) over side as weight,
        ceil(1000.0 * month_rank / month_declarations) as thousandth
    from dated
    window side as (partition by source_system, period_grain, period_start, is_in_frame)
)

select
    source_system,
    period_grain,
    period_start,
    period_end,
    is_in_frame,
    is_taken_today,
    is_untested,
    thousandth,
    count(*) as declarations,
    count(weight) as labels,
    sum(weight) as weights,
    sum(case when weight is not null then hit else 0 end) as hits,
    sum(weight * hit) as weights_of_hits,
    sum(power(weight, 2) * hit) as squares_of_hits
from weighted
group by
    source_system, period_grain, period_start, period_end, is_in_frame, is_taken_today, is_untested, thousandth
