-- How much a seizure of a category holds, in each unit by itself: kilograms and pieces do not add up. A seizure with a
-- line of unknown quantity is of unknown quantity, and so is what is published as sums.
with lines as (
    select * from {{ ref('fct_seizure_lines') }}
    where is_standing
),

published as (
    select * from {{ ref('int_published_seizures_unioned') }}
),

counted as (
    select
        source_system,
        min(seized_month_on) as counted_on,
        category_code || ' ' || unit as category_unit,
        case when count(quantity) = count(*) then sum(quantity) end as measure
    from lines
    group by source_system, seizure_id, category_code, unit
    union all
    select distinct
        source_system,
        month_on as counted_on,
        category_code || ' ' || unit as category_unit,
        cast(null as decimal(18, 3)) as measure
    from published
)

{{ kpi_quantile('SAF05', ['category_unit'], no_case='No single seizure of known quantity in the period') }}
