-- Published sums (cbp drugs), in the terms of this warehouse. An event with several drugs stands in each
-- of them, and cannot be told from others: it can be counted by kind only.
with drugs as (
    select * from {{ ref('stg_cbp__drug_seizures') }}
),

category_map as (
    select * from {{ ref('seizure_category_map') }}
    where seizure_type = 'Drugs'
),

code_map as (
    select * from {{ ref('code_map') }}
)

select
    drugs.source_system,
    drugs.month_on,
    upper(drugs.area) as office_code,
    drugs.border_region,
    code_map.code as traffic,
    coalesce(category_map.category_code, 'OTHER') as category_code,
    drugs.drug as subcategory,
    coalesce(category_map.unit, 'lb') as unit,
    sum(drugs.events) as events,
    cast(sum(drugs.quantity_lb) as decimal(18, 4)) as quantity
from drugs
left join category_map
    on drugs.source_system = category_map.source_system
    and drugs.drug = category_map.subcategory
left join code_map
    on drugs.source_system = code_map.source_system
    and code_map.field = 'traffic'
    and drugs.land_filter = code_map.source_code
group by
    drugs.source_system, drugs.month_on, drugs.area, drugs.border_region, code_map.code, category_map.category_code,
    drugs.drug, category_map.unit
