{{ config(tags=['after_score']) }}

select
    source_system,
    model_id,
    target,
    trained_to,
    month_on,
    population,
    score_name,
    top_share,
    items,
    taken,
    hits,
    all_hits,
    duty_national,
    all_duty_national
from {{ source('crw', 'backtests') }}
