{{ config(tags=['after_score']) }}

select
    source_system,
    model_id,
    is_promoted,
    verdict,
    results,
    offences,
    trained_from,
    trained_to,
    trained_at
from {{ ref('stg_crw__score_models') }}
