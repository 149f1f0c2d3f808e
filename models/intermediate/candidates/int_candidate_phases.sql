-- The time conditions are learned from, in whole months, and the time after it that must confirm them, until the day of
-- reference. Each begins the day after the one named.
with settings as (
    select
        {{ setting_named('learn_months') }} as learn_months,
        {{ setting_named('confirm_months') }} as confirm_months
    from {{ ref('candidate_rule_settings') }}
),

learned as (
    select
        days.source_system,
        settings.learn_months,
        days.as_of as confirmed_until,
        {{ first_of('month', months_later(day_after('days.as_of'), '-settings.confirm_months')) }} as confirmed_from
    from {{ ref('int_source_as_of') }} as days
    cross join settings
)

select
    source_system,
    {{ day_before(months_later('confirmed_from', '-learn_months')) }} as learned_after,
    {{ day_before('confirmed_from') }} as learned_until,
    confirmed_until,
    {{ months_long('confirmed_from', day_after('confirmed_until')) }} as confirm_months
from learned
