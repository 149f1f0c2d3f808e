-- Seizures that stand of the period, of goods on a route, however they came to light: with a declaration or without.
select
    lines.source_system,
    lines.country_origin,
    left(lines.hs6, 4) as heading_code,
    lines.transport_mode,
    count(distinct lines.seizure_id) as seizures,
    {{ codes_found('lines.category_code') }} as seized_category_codes
from {{ ref('fct_seizure_lines') }} as lines
inner join {{ ref('int_periods_compared') }} as windows
    on lines.source_system = windows.source_system
    and lines.seized_on > windows.period_after
    and lines.seized_on <= windows.period_to
where
    lines.is_standing
    and lines.country_origin is not null
    and lines.hs6 is not null
    and lines.transport_mode is not null
group by lines.source_system, lines.country_origin, left(lines.hs6, 4), lines.transport_mode
