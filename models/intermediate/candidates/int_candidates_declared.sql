{{ config(materialized='incremental', unique_key='accepted_on', meta={'days_of': 'int_mining_due'}) }}

-- Which declarations of both times meet each candidate, inspected or not: with one item that has all of its traits. The
-- items are found by the rarest of them, type by type, and asked for the others.
with asked as (
    select
        judged.candidate_id,
        rarest.source_system,
        mining.learned_until,
        mining.from_on,
        rarest.trait_type as type_1,
        rarest.trait as trait_1,
        second.trait_type as type_2,
        second.trait as trait_2,
        third.trait_type as type_3,
        third.trait as trait_3,
        fourth.trait_type as type_4,
        fourth.trait as trait_4
    from {{ ref('int_candidates_judged') }} as judged
    inner join {{ ref('int_conditions_of_one') }} as rarest
        on judged.trait_1 = rarest.condition_id
    inner join {{ ref('int_mining_due') }} as mining
        on rarest.source_system = mining.source_system
    left join {{ ref('int_conditions_of_one') }} as second
        on judged.trait_2 = second.condition_id
    left join {{ ref('int_conditions_of_one') }} as third
        on judged.trait_3 = third.condition_id
    left join {{ ref('int_conditions_of_one') }} as fourth
        on judged.trait_4 = fourth.condition_id
),

met as (
    {% for kind in ['values', 'flags', 'indicators'] %}
        {% set last_kind = loop.last %}
        {% for one in var('condition_' ~ kind) %}
            select
                asked.candidate_id,
                items.source_system,
                items.declaration_id,
                items.accepted_on,
                items.accepted_on > asked.learned_until as is_confirming
            from asked
            inner join {{ ref('item_traits') }} as items
                on asked.source_system = items.source_system
                and asked.from_on <= items.accepted_on
                and asked.type_1 = '{{ trait_column(kind, one) }}'
                and {{ has_trait_of(kind, one, 'items', 'asked.trait_1') }}
            where
                {{ has_trait('items', 'asked.type_2', 'asked.trait_2') }}
                and {{ has_trait('items', 'asked.type_3', 'asked.trait_3') }}
                and {{ has_trait('items', 'asked.type_4', 'asked.trait_4') }}
            {{ 'union all' if not (loop.last and last_kind) }}
        {% endfor %}
    {% endfor %}
)

select distinct * from met
