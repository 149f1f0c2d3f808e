-- Published drug seizures as sums. An event with several drugs stands in each of them, and cannot be told
-- from others: it can be counted by drug only.
with drugs as (
    select * from {{ ref('stg_cbp__drug_seizures') }}
),

category_map as (
    select * from {{ ref('seizure_category_map') }}
    where seizure_type = 'Drugs'
),

code_map as (
    select * from {{ ref('code_map') }}
    where field = 'traffic'
)

select
    drugs.source_system,
    drugs.month_on,
    upper(drugs.area) as office_code,
    drugs.area as office_name,
    drugs.border_region,
    code_map.code as traffic,
    coalesce(category_map.category_code, 'OTHER') as category_code,
    drugs.drug as subcategory,
    coalesce(category_map.unit, 'lb') as unit,
    drugs.events,
    drugs.quantity_lb as quantity
from drugs
left join category_map
    on drugs.source_system = category_map.source_system
    and drugs.drug = category_map.subcategory
left join code_map
    on drugs.source_system = code_map.source_system
    and drugs.land_filter = code_map.source_code
