{{ config(tags=['after_score']) }}

select
    source_system,
    declaration_id,
    item_number,
    target,
    place,
    feature,
    feature_value,
    share
from {{ source('crw', 'score_reasons') }}
