{{ config(tags=['after_score']) }}

select
    source_system,
    model_id,
    target,
    trained_to,
    month_on,
    band,
    items,
    foretold_hits,
    hits
from {{ source('crw', 'calibrations') }}
