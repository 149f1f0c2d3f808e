{#- Conditions are mined over the columns of `item_traits`: those that hold a value (var condition_values), those that are
    true or not (condition_flags), and the risk indicators. The seed condition_traits says how each is worded and which
    exclude each other. -#}

{#- The traits of the rows of `relation`, long: `key` with trait_type and trait, a row for each that it has. -#}
{% macro traits_told(relation, key) -%}
    {%- for trait_type in var('condition_values') %}
    select {{ key }}, source_system, '{{ trait_type }}' as trait_type, {{ trait_type }} as trait
    from {{ relation }}
    where {{ trait_type }} is not null
    union all
    {%- endfor %}
    {%- for trait_type in var('condition_flags') %}
    select {{ key }}, source_system, '{{ trait_type }}' as trait_type, 'true' as trait
    from {{ relation }}
    where {{ trait_type }}
    union all
    {%- endfor %}
    {%- for indicator in var('condition_indicators') %}
    select {{ key }}, source_system, 'has_{{ indicator }}' as trait_type, 'true' as trait
    from {{ relation }}
    where has_{{ indicator }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Conditions of one trait more, from two that share all but their last: asked if inspected often enough, if each of
    its parts was, and if it narrows each of them so far that it can beat it. -#}
{% macro conditions_grown(traits) -%}
    {%- set before = ['', 'one', 'two', 'three'][traits - 1] -%}
    {%- set met = ref('int_conditions_met_' ~ before) -%}
    {%- set shorter = ref('int_conditions_of_' ~ before) -%}
with settings as (
    select
        {{ setting_named('fewest_inspections') }} as fewest_inspections,
        {{ setting_named('most_conditions') }} as most_conditions,
        {{ setting_named('least_gain') }} as least_gain
    from {{ ref('candidate_rule_settings') }}
),

counted as (
    select
        met.condition_id as prefix_id,
        others.last_trait_id,
        count(*) as inspected_items
    from {{ met }} as met
    inner join {{ met }} as others
        on met.tested_item_id = others.tested_item_id
        and met.prefix_id = others.prefix_id
        and met.last_trait_id < others.last_trait_id
        {%- if traits == 2 %}
        and met.family <> others.family
        {%- endif %}
    where met.is_learned and others.is_learned
    group by met.condition_id, others.last_trait_id
    having count(*) >= (select settings.fewest_inspections from settings)
),

grown as (
    select
        counted.prefix_id,
        counted.last_trait_id,
        prefixes.source_system,
        {%- for place in range(1, traits) %}
        prefixes.trait_{{ place }},
        {%- endfor %}
        counted.last_trait_id as trait_{{ traits }},
        counted.inspected_items
    from counted
    cross join settings
    inner join {{ shorter }} as prefixes
        on counted.prefix_id = prefixes.condition_id
    {#- The other parts: all traits but one of those before. -#}
    {%- for left_out in range(1, traits) %}
    inner join {{ shorter }} as part_{{ left_out }}
        on counted.last_trait_id = part_{{ left_out }}.trait_{{ traits - 1 }}
        {%- for place in range(1, traits - 1) %}
        and prefixes.trait_{{ place + 1 if place >= left_out else place }} = part_{{ left_out }}.trait_{{ place }}
        {%- endfor %}
    {%- endfor %}
    where
        counted.inspected_items * settings.least_gain <= prefixes.inspected_items
        {%- for left_out in range(1, traits) %}
        and counted.inspected_items * settings.least_gain <= part_{{ left_out }}.inspected_items
        {%- endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system order by inspected_items desc, prefix_id asc, last_trait_id asc
        ) as place
    from grown
)

select
    cast(row_number() over (order by prefix_id, last_trait_id) as integer) as condition_id,
    prefix_id,
    last_trait_id,
    source_system,
    {%- for place in range(1, traits + 1) %}
    trait_{{ place }},
    {%- endfor %}
    inspected_items
from ranked
where place <= (select settings.most_conditions from settings)
{%- endmacro %}


{#- Which of the items looked at while learning meet the conditions of a length, those of `conditions`. The traits of an
    item come first and the few conditions last: Spark joins in the order written, and would sort all else. -#}
{% macro conditions_met(traits, conditions=none) -%}
    {%- set names = ['', 'one', 'two', 'three', 'four'] -%}
    {%- set met = ref('int_conditions_met_' ~ names[traits - 1]) -%}
select
    met.tested_item_id,
    conditions.condition_id,
    conditions.prefix_id,
    conditions.last_trait_id,
    met.is_learned
from {{ met }} as met
inner join {{ ref('int_conditions_met_one') }} as others
    on met.tested_item_id = others.tested_item_id
inner join {{ conditions or ref('int_conditions_of_' ~ names[traits]) }} as conditions
    on met.condition_id = conditions.prefix_id
    and others.condition_id = conditions.last_trait_id
where met.is_learned
{%- endmacro %}


{#- Every shorter part of the conditions of `relation`, beside their figures. Places beyond the length of a condition are
    0: what reaches there is a part of nothing. -#}
{% macro condition_parts(relation) -%}
    {%- set parts = [
        [1], [2], [3], [4], [1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4], [1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4],
    ] -%}
    {%- for places in parts %}
    select
        source_system,
        target,
        traits,
        condition_id,
        hits,
        expected_hits,
        trade,
        lift,
        {%- for place in range(1, 5) %}
        {{ 'trait_' ~ places[place - 1] if place <= places | length else '0' }} as trait_{{ place }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    where trait_{{ places | last }} > 0 and traits > {{ places | length }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Whole hits of a sum of parts of hits, so that chance is judged by no more than was found. -#}
{% macro whole_hits(hits) -%}
    floor({{ hits }} + 0.001)
{%- endmacro %}


{#- Aggregate: texts joined in an order. -#}
{% macro joined_in_order(text, order, between) -%}
    string_agg({{ text }}, '{{ between }}' order by {{ order }})
{%- endmacro %}


{#- A text as SQL writes it. -#}
{% macro quoted(text) -%}
    '''' || replace({{ text }}, '''', '''''') || ''''
{%- endmacro %}


{#- The rows of `told` (key, trait_id) that meet all traits of the candidates of a relation: found by the rarest, and asked
    for the others in a list of all that the item has, since joined once more for each they would not fit in memory. -#}
{% macro candidates_met(candidates, told, key) -%}
select
    candidates.candidate_id,
    rarest.{{ key | join(', rarest.') }}
from {{ candidates }} as candidates
inner join {{ told }} as rarest
    on candidates.trait_1 = rarest.trait_id
inner join (
    select
        {{ key[0] }},
        array_agg(trait_id) as traits
    from {{ told }}
    group by {{ key[0] }}
) as others
    on rarest.{{ key[0] }} = others.{{ key[0] }}
where
{%- for place in range(2, 5) %}
    {{ 'and ' if not loop.first }}(candidates.trait_{{ place }} = 0 or array_contains(others.traits, candidates.trait_{{ place }}))
{%- endfor %}
{%- endmacro %}


{#- Whether an item of item_traits has a trait, of a type that the row tells, or none is asked for. -#}
{% macro has_trait(items, trait_type, trait) -%}
    case {{ trait_type }}
        {%- for kind in ['values', 'flags', 'indicators'] %}
        {%- for one in var('condition_' ~ kind) %}
        when '{{ trait_column(kind, one) }}' then coalesce({{ has_trait_of(kind, one, items, trait) }}, false)
        {%- endfor %}
        {%- endfor %}
        else true
    end
{%- endmacro %}


{#- Whether it has this trait of that type. -#}
{% macro has_trait_of(kind, one, items, trait) -%}
    {{ items }}.{{ trait_column(kind, one) }}{{ ' = ' ~ trait if kind == 'values' }}
{%- endmacro %}


{#- The column of item_traits. -#}
{% macro trait_column(kind, one) -%}
    {{ 'has_' if kind == 'indicators' }}{{ one }}
{%- endmacro %}
