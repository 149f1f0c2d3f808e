{{ config(materialized='mined') }}

-- How much was inspected, in each way, of what meets the conditions that found something while learning.
with found as (
    select distinct
        asked.traits,
        asked.condition_id,
        asked.prefix_id,
        asked.last_trait_id
    from {{ ref('int_conditions_hit') }} as hit
    inner join {{ ref('int_conditions_asked') }} as asked
        on hit.traits = asked.traits
        and hit.condition_id = asked.condition_id
),

longest as (
    select * from found
    where traits = {{ 4 }}
),

met as (
    {% for word in ['one', 'two', 'three'] %}
        select
            {{ loop.index }} as traits,
            met.condition_id,
            met.tested_item_id
        from {{ ref('int_conditions_met_' ~ word) }} as met
        inner join found
            on met.condition_id = found.condition_id
            and found.traits = {{ loop.index }}
        where met.is_learned

        union all
    {% endfor %}
    select
        {{ 4 }} as traits,
        longest_met.condition_id,
        longest_met.tested_item_id
    from ({{ conditions_met(4, conditions='longest') }}) as longest_met
)

select
    met.traits,
    met.condition_id,
    items.stratum,
    sum(items.weight) as inspected
from met
inner join {{ ref('int_items_inspected') }} as items
    on met.tested_item_id = items.tested_item_id
group by met.traits, met.condition_id, items.stratum
