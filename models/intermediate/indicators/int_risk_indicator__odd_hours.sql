{{ config(materialized='table') }}

-- Declared when the office is least awake: in the night or on a weekend, in the local time of the office.
with items as (
    {{ items_due() }}
),

parameters as (
    {{ indicator_parameters('odd_hours', ['night_from_hour', 'night_to_hour', 'weekend_from_day']) }}
),

timed as (
    select
        items.item_key,
        items.lodged_hour,
        {{ weekday_number('items.lodged_on') }} >= parameters.weekend_from_day as is_weekend,
        items.lodged_hour >= parameters.night_from_hour or items.lodged_hour < parameters.night_to_hour as is_night
    from items
    cross join parameters
),

judged as (
    select
        item_key,
        lodged_hour is not null as is_applicable,
        is_weekend or is_night as is_hit,
        1.0 as score,
        'Declared ' || case when is_weekend then 'on a weekend' else 'at night' end || ', at '
        || {{ said('lodged_hour') }} || ' h' as evidence
    from timed
)

{{ risk_indicator('odd_hours') }}
