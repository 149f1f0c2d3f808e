-- Single seizures by month and kind of goods. A seizure counts in each kind it holds, once in each
-- category (its first line there) and once in all (its primary line).
with numbered as (
    {{ numbered_seizure_lines() }}
)

select
    source_system,
    seized_month_on as month_on,
    office_code,
    border_region,
    traffic,
    category_code,
    subcategory,
    unit,
    count(distinct seizure_id) as events,
    count(*) filter (where category_line = 1) as category_events,
    count(*) filter (where seizure_line = 1) as total_events,
    cast(sum(quantity) as decimal(18, 4)) as quantity
from numbered
group by source_system, month_on, office_code, border_region, traffic, category_code, subcategory, unit
