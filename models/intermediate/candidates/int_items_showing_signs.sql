-- The indicators that an item meets, one column for each; an item that meets none has no row.
select
    {% for indicator in var('condition_indicators') %}
        coalesce(sign_{{ indicator }} > 0, false) as has_{{ indicator }},
    {% endfor %}
    item_key
from {{ ref('int_items_indicated') }}
where indicators_hit > 0
