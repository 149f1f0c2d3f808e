-- On which routes each category was found or seized in the period, and how often an inspection there would find it: the
-- estimated rate of the route, by the share of its finds that were of the category. One category alone is found too
-- rarely to be drawn to its own parents.
with routes as (
    select * from {{ ref('route_risk') }}
),

categories as (
    select
        *,
        case when is_safety_and_security then 'security' else 'any' end as outcome
    from {{ ref('dim_seizure_category') }}
),

found as (
    select
        source_system,
        country_origin,
        heading_code,
        transport_mode,
        selection_basis,
        category_code,
        count(*) as category_hits
    from {{ ref('int_hit_rates_expected') }}
    where
        outcome = 'any'
        and is_hit
        and not is_before
    group by source_system, country_origin, heading_code, transport_mode, selection_basis, category_code
),

seized as (
    select
        lines.source_system,
        lines.country_origin,
        left(lines.hs6, 4) as heading_code,
        lines.transport_mode,
        lines.category_code,
        count(distinct lines.seizure_id) as category_seizures
    from {{ ref('fct_seizure_lines') }} as lines
    inner join {{ ref('int_periods_compared') }} as windows
        on lines.source_system = windows.source_system
        and lines.seized_on > windows.period_after
        and lines.seized_on <= windows.period_to
    where lines.is_standing
    group by lines.source_system, lines.country_origin, left(lines.hs6, 4), lines.transport_mode, lines.category_code
),

estimated as (
    select
        routes.*,
        categories.category_code,
        categories.category_name,
        coalesce(found.category_hits, 0) as category_hits,
        coalesce(seized.category_seizures, 0) as category_seizures,
        found.category_hits / cast(routes.hits as double) as category_share
    from routes
    inner join categories
        on routes.outcome = categories.outcome
    left join found
        on {{ same_route('found', 'routes') }}
        and found.selection_basis = routes.selection_basis
        and found.category_code = categories.category_code
    left join seized
        on {{ same_route('seized', 'routes') }}
        and seized.category_code = categories.category_code
    where
        found.category_hits is not null
        or seized.category_seizures is not null
)

select
    source_system,
    country_origin,
    heading_code,
    transport_mode,
    selection_basis,
    category_code,
    category_name,
    country_origin_name,
    chapter_name,
    route_shown,
    case
        when shrunk_rate * category_share > 0
            then row_number() over (
                partition by source_system, selection_basis, category_code
                order by shrunk_rate * category_share desc nulls last, route_shown asc
            )
    end as risk_rank,
    declarations,
    inspected,
    hits,
    category_hits,
    category_seizures,
    round(shrunk_rate * category_share, 6) as category_rate,
    round(shrunk_lower * category_share, 6) as category_lower,
    round(shrunk_upper * category_share, 6) as category_upper,
    own_weight,
    period_from,
    period_to,
    case
        when inspected = 0 then reason
        when category_hits = 0 then 'Seized, but not found by an inspection of this kind'
        else reason
    end as reason
from estimated
