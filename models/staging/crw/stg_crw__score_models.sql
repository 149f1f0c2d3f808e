{{ config(tags=['after_score']) }}

select
    source_system,
    model_id,
    cast(trained_at as timestamp) as trained_at,
    verdict,
    trained_from,
    trained_to,
    results,
    offences,
    is_promoted
from {{ source('crw', 'score_models') }}
