{{ config(materialized='incremental', unique_key='item_key', meta={'items_of': 'int_items_learnable'}) }}

-- Under which records of inspections each item falls: one number for each kind of record.
-- depends_on: {{ ref('int_items_learnable') }}
with items as (
    {{ items_due('int_items_described', missing=true) }}
)

select
    {% for kind in var('records_kept') %}
        {{ record_key(kind) }} as {{ kind }}_key,
    {% endfor %}
    item_key,
    source_system,
    accepted_on
from items
