{{ config(materialized='incremental', unique_key='item_key', meta={'items_of': 'int_items_learnable'}) }}

-- What was known of an item's trader, goods and route from inspections before the day of its acceptance.
-- depends_on: {{ ref('int_items_learnable') }}
with items as (
    {{ items_due('int_items_keyed', missing=true) }}
)

select
    {% for kind in var('records_kept') %}
        coalesce({{ kind }}.inspected, 0) as {{ kind }}_inspected,
        coalesce({{ kind }}.hits, 0) as {{ kind }}_hits,
        coalesce({{ kind }}.security_hits, 0) as {{ kind }}_security_hits,
    {% endfor %}
    items.item_key
from items
{{ records_before('items.accepted_on') }}
