{{ config(tags=['after_score']) }}

-- What the model in use says of each item of the last months, beside the explainable score of the same item.
with scores as (
    select * from {{ ref('stg_crw__scores') }}
),

items as (
    select * from {{ ref('int_items_scored') }}
),

labels as (
    select * from {{ ref('int_items_labelled') }}
),

reasons as (
    select * from {{ ref('int_score_reasons_worded') }}
)

select
    scores.source_system,
    scores.declaration_id,
    scores.item_number,
    items.office_code,
    offices.office_name,
    items.regime,
    items.transport_mode,
    items.trader_id,
    items.hs6,
    items.country_origin,
    items.country_dispatch,
    any_reasons.reasons as any_reasons,
    security_reasons.reasons as security_reasons,
    scores.any_probability,
    scores.security_probability,
    round(cume_dist() over (
        partition by scores.source_system, {{ first_of('month', 'items.accepted_on') }}
        order by scores.any_probability desc
    ), 6) as any_top_share,
    round(cume_dist() over (
        partition by scores.source_system, {{ first_of('month', 'items.accepted_on') }}
        order by scores.security_probability desc
    ), 6) as security_top_share,
    items.score as indicator_score,
    cast(labels.hit as boolean) as is_hit,
    cast(labels.security_hit as boolean) as is_security_hit,
    {{ first_of('month', 'items.accepted_on') }} = max({{ first_of('month', 'items.accepted_on') }}) over (
        partition by scores.source_system
    ) as is_latest_month,
    scores.model_id,
    items.accepted_on
from scores
inner join items
    on scores.source_system = items.source_system
    and scores.declaration_id = items.declaration_id
    and scores.item_number = items.item_number
left join {{ ref('dim_office') }} as offices
    on items.source_system = offices.source_system
    and items.office_code = offices.office_code
left join labels
    on items.item_key = labels.item_key
left join reasons as any_reasons
    on scores.source_system = any_reasons.source_system
    and scores.declaration_id = any_reasons.declaration_id
    and scores.item_number = any_reasons.item_number
    and any_reasons.target = 'any'
left join reasons as security_reasons
    on scores.source_system = security_reasons.source_system
    and scores.declaration_id = security_reasons.declaration_id
    and scores.item_number = security_reasons.item_number
    and security_reasons.target = 'security'
