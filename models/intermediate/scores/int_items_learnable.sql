-- The items that learned scores look at: those with the result of an inspection, to learn from, and those accepted in
-- the months that are scored.
with items as (
    select * from {{ ref('int_risk_items') }}
),

labels as (
    select item_key from {{ ref('int_items_labelled') }}
),

as_of as (
    select * from {{ ref('int_source_as_of') }}
),

settings as (
    select
        {{ setting_named('score_months') }} as score_months
    from {{ ref('learned_score_settings') }}
)

select items.*
from items
inner join as_of
    on items.source_system = as_of.source_system
cross join settings
left join labels
    on items.item_key = labels.item_key
where
    labels.item_key is not null
    or items.accepted_on > {{ months_later('as_of.as_of', '-settings.score_months') }}
