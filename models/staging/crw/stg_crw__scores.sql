{{ config(tags=['after_score']) }}

select
    source_system,
    model_id,
    declaration_id,
    item_number,
    any_probability,
    security_probability
from {{ source('crw', 'scores') }}
