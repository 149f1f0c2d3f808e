-- The signs that each item shows: the score of each risk indicator, null where it does not apply.
select
    {% for name in var('risk_indicators_built') %}
        sign_{{ name }},
    {% endfor %}
    item_key
from {{ ref('int_items_indicated') }}
