{{ config(materialized='mined') }}

-- The hits of each condition asked about while learning, by target: those with enough of them. What has fewer can't be
-- listed, but was a question too.
with hits as (
    select * from {{ ref('int_target_hits') }}
    where is_learned
),

-- Of the longest conditions only the items that were found with something are looked up.
found as (
    select distinct tested_item_id from hits
),

met as (
    {% for word in ['one', 'two', 'three'] %}
        select
            {{ loop.index }} as traits,
            tested_item_id,
            condition_id
        from {{ ref('int_conditions_met_' ~ word) }}
        where is_learned

        union all
    {% endfor %}
    select
        {{ 4 }} as traits,
        met.tested_item_id,
        conditions.condition_id
    from found
    inner join {{ ref('int_conditions_met_three') }} as met
        on found.tested_item_id = met.tested_item_id
    inner join {{ ref('int_conditions_of_four') }} as conditions
        on met.condition_id = conditions.prefix_id
    inner join {{ ref('int_conditions_met_one') }} as others
        on found.tested_item_id = others.tested_item_id
        and conditions.last_trait_id = others.condition_id
)

select
    hits.source_system,
    hits.target,
    met.traits,
    met.condition_id,
    sum(hits.hit_weight) as hits
from met
inner join hits
    on met.tested_item_id = hits.tested_item_id
group by hits.source_system, hits.target, met.traits, met.condition_id
having
    {{ whole_hits('sum(hits.hit_weight)') }}
    >= (select {{ setting_named('fewest_hits') }} from {{ ref('candidate_rule_settings') }})
