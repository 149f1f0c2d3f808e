{{ config(materialized='table') }}

-- The signs that each item shows: the score of each risk indicator, null where it does not apply.
select
    {% for name in var('risk_indicators_built') %}
        max(case when indicator = '{{ name }}' and outcome <> 'not_applicable' then score end) as sign_{{ name }},
    {% endfor %}
    item_key
from {{ ref('int_risk_indicators_unioned') }}
group by item_key
