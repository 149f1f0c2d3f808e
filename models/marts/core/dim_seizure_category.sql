with listed as (
    select * from {{ ref('seizure_categories') }}
),

every_code as (
    select category_code from listed
    union
    select category_code from {{ ref('int_seizure_categories_named') }}
)

select
    every_code.category_code,
    coalesce(listed.category_name, 'Not listed: ' || every_code.category_code) as category_name,
    coalesce(listed.category_group, 'other') as category_group,
    coalesce(listed.category_group = 'safety_and_security', false) as is_safety_and_security,
    listed.wco_term,
    listed.objective_code,
    cast(listed.sort_order as integer) as sort_order,
    listed.category_code is not null as is_listed
from every_code
left join listed
    on every_code.category_code = listed.category_code
