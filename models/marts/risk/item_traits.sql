{{ config(materialized='incremental', unique_key='accepted_on', meta={'days_of': 'int_mining_due'}) }}

-- What each item is told by at acceptance, since learning began: the words that conditions are made of.
with settings as (
    select
        {{ setting_named('many_items') }} as many_items,
        {{ setting_named('cheap_below_z') }} as cheap_below_z
    from {{ ref('candidate_rule_settings') }}
),

clock as (
    {{ indicator_parameters('odd_hours', ['night_from_hour', 'night_to_hour', 'weekend_from_day']) }}
)

select
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.office_code,
    items.regime,
    items.procedure_code,
    items.transport_mode,
    items.country_origin,
    countries.sub_region as origin_region,
    items.country_dispatch,
    items.country_destination,
    chapters.section_code,
    left(items.hs6, 2) as chapter_code,
    left(items.hs6, 4) as heading_code,
    items.hs6,
    items.preference_code,
    items.country_origin <> items.country_dispatch as is_via_third_country,
    declarations.representative_id is null as is_without_agent,
    items.lodged_hour >= clock.night_from_hour or items.lodged_hour < clock.night_to_hour as is_at_night,
    {{ weekday_number('items.lodged_on') }} >= clock.weekend_from_day as is_on_weekend,
    declarations.item_count >= settings.many_items as is_with_many_items,
    items.is_in_container as is_containerised,
    {{ robust_z('items.log_unit_value', 'usual.median_log', 'usual.deviation_log') }} < settings.cheap_below_z
        as is_cheap,
    {% for indicator in var('condition_indicators') %}
        coalesce(signs.has_{{ indicator }}, false) as has_{{ indicator }},
    {% endfor %}
    items.accepted_on
from {{ ref('int_risk_items') }} as items
cross join settings
cross join clock
inner join {{ ref('int_mining_due') }} as mining
    on items.source_system = mining.source_system
    and items.accepted_on > mining.learned_after
    and items.accepted_on >= mining.from_on
inner join {{ ref('fct_declarations') }} as declarations
    on items.source_system = declarations.source_system
    and items.declaration_id = declarations.declaration_id
    and not declarations.is_invalidated
left join {{ ref('int_items_showing_signs') }} as signs
    on items.item_key = signs.item_key
left join {{ ref('int_unit_values_usual') }} as usual
    on items.source_system = usual.source_system
    and items.hs6 = usual.hs6
left join {{ ref('dim_country') }} as countries
    on items.country_origin = countries.country_code
left join {{ ref('hs_chapters') }} as chapters
    on left(items.hs6, 2) = chapters.chapter_code
