select
    category_code,
    category_name,
    category_group,
    category_group = 'safety_and_security' as is_safety_and_security,
    wco_term,
    objective_code,
    cast(sort_order as integer) as sort_order
from {{ ref('seizure_categories') }}
