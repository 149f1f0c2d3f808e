{{ config(materialized='table') }}

-- Under which records of inspections each item falls: one number for each kind of record.
select
    {% for kind in var('records_kept') %}
        {{ record_key(kind) }} as {{ kind }}_key,
    {% endfor %}
    item_key,
    source_system,
    accepted_on
from {{ ref('int_items_described') }}
