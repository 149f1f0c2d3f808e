{{ config(materialized='table', tags=['after_score']) }}

-- The scores and the features that carry most, cut into bins: categories as they are, numbers into tenths of the whole
-- time. Only what was scored is looked at, so that a month is held against months of the same model.
{% set categories = [
    'chapter', 'country_origin', 'country_dispatch', 'transport_mode', 'regime', 'office_code', 'preference_code',
] %}
{% set numbers = ['log_value', 'log_net_mass', 'log_unit_value', 'log_package_mass', 'rules_matched'] %}
{% set scores = ['any_probability', 'security_probability'] %}
with settings as (
    select
        {{ setting_named('drift_bins') }} as drift_bins
    from {{ ref('learned_score_settings') }}
),

scored as (
    select
        items.*,
        scores.any_probability,
        scores.security_probability,
        {{ first_of('month', 'items.accepted_on') }} as month_on
    from {{ ref('stg_crw__scores') }} as scores
    inner join {{ ref('int_items_described') }} as items
        on scores.source_system = items.source_system
        and scores.declaration_id = items.declaration_id
        and scores.item_number = items.item_number
)

{% for column in categories %}
    select
        source_system,
        month_on,
        '{{ column }}' as feature,
        coalesce({{ column }}, 'not stated') as bin,
        count(*) as items
    from scored
    group by source_system, month_on, bin

    union all
{% endfor %}
{% for column in numbers + scores %}
    select
        source_system,
        month_on,
        '{{ column }}' as feature,
        case when measure is null then 'not stated' else lpad(cast(tenth as varchar), 2, '0') end as bin,
        count(*) as items
    from (
        select
            scored.source_system,
            scored.month_on,
            scored.{{ column }} as measure,
            cast(least(
                floor(settings.drift_bins * percent_rank() over (
                    partition by scored.source_system order by scored.{{ column }}
                )), settings.drift_bins - 1
            ) as integer)
                as tenth
        from scored
        cross join settings
    ) as ranked
    group by source_system, month_on, bin
    {{ 'union all' if not loop.last }}
{% endfor %}
