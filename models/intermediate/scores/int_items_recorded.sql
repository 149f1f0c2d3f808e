{{ config(materialized='table') }}

-- What was known of an item's trader, goods and route from inspections before the day of its acceptance.
with items as (
    select * from {{ ref('int_items_keyed') }}
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
