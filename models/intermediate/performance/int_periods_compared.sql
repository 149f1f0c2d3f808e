-- The period that routes and operators are compared in, and the time before it that says what is usual. Each span
-- begins the day after the one named.
select
    days.source_system,
    cast({{ months_later('days.as_of', '-settings.period_months') }} as date) as period_after,
    cast({{ months_later('days.as_of', '-settings.period_months - settings.prior_months') }} as date) as prior_after,
    cast({{ months_later('days.as_of', '-settings.record_months') }} as date) as record_after,
    days.as_of as period_to
from {{ ref('int_source_as_of') }} as days
cross join {{ comparison_settings() }} as settings
