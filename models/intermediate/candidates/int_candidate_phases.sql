-- The time conditions are learned from, and the time after it that must confirm them. Each begins the day after the one
-- named.
with settings as (
    select
        {{ setting_named('learn_months') }} as learn_months,
        {{ setting_named('confirm_months') }} as confirm_months
    from {{ ref('candidate_rule_settings') }}
)

select
    days.source_system,
    cast({{ months_later('days.as_of', '-settings.confirm_months - settings.learn_months') }} as date) as learned_after,
    cast({{ months_later('days.as_of', '-settings.confirm_months') }} as date) as learned_until,
    days.as_of as confirmed_until,
    settings.confirm_months
from {{ ref('int_source_as_of') }} as days
cross join settings
