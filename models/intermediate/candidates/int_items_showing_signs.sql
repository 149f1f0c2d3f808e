{{ config(materialized='table') }}

-- The indicators that an item meets, one column for each; an item that meets none has no row.
select
    {% for indicator in var('condition_indicators') %}
        bool_or(indicator = '{{ indicator }}') as has_{{ indicator }},
    {% endfor %}
    item_key
from {{ ref('int_risk_indicators_unioned') }}
where outcome = 'hit'
group by item_key
