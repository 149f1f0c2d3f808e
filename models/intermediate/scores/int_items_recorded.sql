{{ config(materialized='table') }}

-- What was known of an item's trader, goods and route from inspections before the day of its acceptance.
with items as (
    select * from {{ ref('int_items_keyed') }}
)
{%- for kind in records_kept() %},

{{ kind }}_records as (
    select * from {{ ref('int_records_cumulated') }}
    where record_kind = '{{ kind }}'
)
{%- endfor %}

select
    items.item_key
    {%- for kind in records_kept() %},
    coalesce({{ kind }}.inspected, 0) as {{ kind }}_inspected,
    coalesce({{ kind }}.hits, 0) as {{ kind }}_hits,
    coalesce({{ kind }}.security_hits, 0) as {{ kind }}_security_hits
    {%- endfor %}
from items
{%- for kind in records_kept() %}
{{ asof_before(kind ~ '_records', kind, 'items.' ~ kind ~ '_key', 'items.accepted_on') }}
{%- endfor %}
