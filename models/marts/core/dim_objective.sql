select
    objective_code,
    objective_name,
    dimension,
    objective_goal
from {{ ref('objectives') }}
