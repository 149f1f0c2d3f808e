{{ config(materialized='incremental', unique_key='item_key', meta={'items_of': 'int_items_learnable'}) }}

-- What a learned score may know of an item at its acceptance: the consignment itself, and how long and how much its
-- trader has traded. What may not be known, and why, is in docs/learned-scores.md.
with items as (
    {{ items_due('int_items_learnable', missing=true) }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

unit_values as (
    select * from {{ ref('int_unit_values_referenced') }}
),

matches as (
    select
        items.source_system,
        items.item_key,
        count(distinct matches.rule_code) as rules_matched
    from {{ ref('fct_selectivity_matches') }} as matches
    inner join items
        on matches.source_system = items.source_system
        and matches.declaration_id = items.declaration_id
        and coalesce(matches.item_number, items.item_number) = items.item_number
        and matches.matched_on <= items.accepted_on
    group by items.source_system, items.item_key
),

counted as (
    select
        source_system,
        declaration_id,
        count(*) as items_declared
    from all_items
    group by source_system, declaration_id
),

-- One row a day for each trader: what is before a day is known on it.
trader_days as (
    select
        source_system,
        trader_id,
        accepted_on,
        min(accepted_on) over (partition by source_system, trader_id) as first_on,
        {{ sum_before('count(distinct declaration_id)', 'source_system, trader_id', 'accepted_on') }}
            as trader_declarations
    from all_items
    where trader_id is not null
    group by source_system, trader_id, accepted_on
)

select
    items.item_key,
    items.source_system,
    items.declaration_id,
    items.item_number,
    items.accepted_on,
    items.trader_id,
    items.declarant_id,
    items.exporter_id as partner_id,
    -- The consignment.
    items.hs6 as commodity,
    left(items.hs6, 4) as heading,
    left(items.hs6, 2) as chapter,
    items.country_origin,
    items.country_dispatch,
    items.country_destination,
    items.transport_mode,
    items.regime,
    items.procedure_code,
    items.office_code,
    items.preference_code,
    items.tax_rate_percent,
    ln(1 + items.net_mass_kg) as log_net_mass,
    ln(1 + items.customs_value_national) as log_value,
    items.log_unit_value,
    unit_values.robust_z as unit_value_distance,
    ln(1 + items.packages) as log_packages,
    items.log_package_mass,
    cast(items.net_mass_kg <> floor(items.net_mass_kg) as integer) as has_fraction_of_kg,
    counted.items_declared,
    cast(items.country_origin <> items.country_dispatch as integer) as is_sent_through,
    cast(items.is_in_container as integer) as is_in_container,
    cast(items.declarant_id = items.trader_id as integer) as is_own_declarant,
    items.lodged_hour,
    {{ weekday_number('items.accepted_on') }} as lodged_weekday,
    coalesce(matches.rules_matched, 0) as rules_matched,
    -- The trader.
    {{ days_between('trader_days.first_on', 'items.accepted_on') }} as trader_known_days,
    ln(1 + trader_days.trader_declarations) as log_trader_declarations
from items
inner join counted
    on items.source_system = counted.source_system
    and items.declaration_id = counted.declaration_id
left join unit_values
    on items.item_key = unit_values.item_key
left join matches
    on items.item_key = matches.item_key
left join trader_days
    on items.source_system = trader_days.source_system
    and items.trader_id = trader_days.trader_id
    and items.accepted_on = trader_days.accepted_on
