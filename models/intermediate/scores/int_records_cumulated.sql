{{ config(materialized='table') }}

-- What inspections had said up to and with a day, of all that falls under a record: the day is that of the result.
with results as (
    select
        items.*,
        labels.result_on,
        labels.hit,
        labels.security_hit,
        labels.label_weight
    from {{ ref('int_items_labelled') }} as labels
    inner join {{ ref('int_items_keyed') }} as items
        on labels.item_key = items.item_key
),

kept as (
    {% for kind in var('records_kept') %}
        select
            source_system,
            '{{ kind }}' as record_kind,
            {{ kind }}_key as record_key,
            result_on as known_on,
            sum(label_weight) as inspected,
            sum(hit * label_weight) as hits,
            sum(security_hit * label_weight) as security_hits
        from results
        where {{ kind }}_key is not null
        group by source_system, {{ kind }}_key, result_on
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    source_system,
    record_kind,
    record_key,
    known_on,
    sum(inspected) over before as inspected,
    sum(hits) over before as hits,
    sum(security_hits) over before as security_hits
from kept
window before as (partition by source_system, record_kind, record_key order by known_on)
