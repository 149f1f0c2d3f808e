-- When each operator began: with its first record in the register, or where it has none, when it was first seen.
select
    source_system,
    operator_id,
    min(valid_from) as first_on,
    bool_or(is_registered) as is_registered
from {{ ref('dim_operator') }}
group by source_system, operator_id
