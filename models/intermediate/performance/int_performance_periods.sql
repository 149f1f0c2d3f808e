-- Quarters and years of each source, and the twelve months that end with its day of reference. Months are too thin to
-- judge a rule by.
select
    source_system,
    period_grain,
    period_start,
    period_end,
    as_of_on
from {{ ref('int_kpi_periods') }}
where period_grain in ('quarter', 'year')
union all
select
    source_system,
    'last_12_months' as period_grain,
    {{ day_after(months_later('as_of_on', -12)) }} as period_start,
    as_of_on as period_end,
    as_of_on
from {{ ref('dim_source') }}
