{{ config(materialized='table') }}

-- Under which records of inspections each item falls: one number for each kind of record.
select
    item_key,
    source_system,
    accepted_on
    {%- for kind, columns in records_kept().items() %},
    {{ record_key(columns) }} as {{ kind }}_key
    {%- endfor %}
from {{ ref('int_items_described') }}
