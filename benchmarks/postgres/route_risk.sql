-- route_risk: which routes find more than their goods and ways explain, with false discovery held down.
with stepped as (
    select
        *,
        p_value * count(p_value) over (partition by source_system, selection_basis, outcome)
        / nullif(count(p_value) over (
            partition by source_system, selection_basis, outcome order by p_value asc nulls last
        ), 0) as step_value
    from int_routes_tested
),

tested as (
    select
        *,
        case
            when p_value is not null
                then least(min(step_value) over (
                    partition by source_system, selection_basis, outcome order by p_value desc nulls last
                ), 1)
        end as q_value
    from stepped
),

seizing_sources as (
    select distinct source_system from fct_seizure_lines
),

routes as (
    select source_system, country_origin, heading_code, transport_mode from int_routes_counted
    union
    select source_system, country_origin, heading_code, transport_mode from int_routes_tested
),

lists as (
    select distinct source_system, selection_basis, outcome from int_hit_rates_expected
),

-- Apart from what has one row per source: the planner knows nothing of a union's sources, expects one
-- row after that join, and then compares every route with every test.
listed as materialized (
    select
        routes.source_system,
        routes.country_origin,
        routes.heading_code,
        routes.transport_mode,
        lists.selection_basis,
        lists.outcome,
        tested.inspected,
        tested.hits,
        tested.serious_hits,
        tested.security_hits,
        tested.hit_category_codes,
        tested.hit_category_names,
        tested.hit_rate,
        tested.usual_rate,
        tested.control_ratio,
        tested.mode_ratio,
        tested.section_ratio,
        tested.chapter_ratio,
        tested.heading_ratio,
        tested.origin_ratio,
        tested.prior_rate,
        tested.prior_weight,
        tested.own_weight,
        tested.shrunk_rate,
        tested.shrunk_lower,
        tested.shrunk_upper,
        tested.expected_hits,
        tested.standardised_ratio,
        tested.standardised_lower,
        tested.standardised_upper,
        tested.p_value,
        tested.q_value
    from routes
    left join lists
        on routes.source_system = lists.source_system
    left join tested
        on routes.source_system = tested.source_system
        and routes.country_origin = tested.country_origin
        and routes.heading_code = tested.heading_code
        and routes.transport_mode = tested.transport_mode
        and lists.selection_basis = tested.selection_basis
        and lists.outcome = tested.outcome
)

select
    listed.source_system,
    listed.country_origin,
    listed.heading_code,
    listed.transport_mode,
    coalesce(listed.selection_basis, 'not_stated') as selection_basis,
    coalesce(listed.outcome, 'any') as outcome,
    countries.country_name as country_origin_name,
    coalesce(countries.country_name, listed.country_origin) || ': ' || listed.heading_code
    || coalesce(' ' || chapters.chapter_name, '') || ', ' || listed.transport_mode as route_shown,
    left(listed.heading_code, 2) as chapter_code,
    chapters.chapter_name,
    chapters.section_code,
    sources.hs_version,
    sources.currency as currency_national,
    listed.inspected is not null as is_tested,
    case
        when listed.shrunk_rate is not null
            then row_number() over (
                partition by listed.source_system, listed.selection_basis, listed.outcome
                order by
                    listed.shrunk_rate desc nulls last, listed.inspected desc nulls last,
                    listed.country_origin asc, listed.heading_code asc, listed.transport_mode asc
            )
    end as risk_rank,
    coalesce(counted.declarations, 0) as declarations,
    coalesce(counted.items, 0) as items,
    counted.customs_value_national,
    coalesce(listed.inspected, 0) as inspected,
    listed.hits,
    listed.serious_hits,
    listed.security_hits,
    listed.hit_category_codes,
    listed.hit_category_names,
    case when seizing_sources.source_system is not null then coalesce(seized.seizures, 0) end as seizures,
    seized.seized_category_codes,
    listed.hit_rate,
    listed.usual_rate,
    listed.control_ratio,
    listed.mode_ratio,
    listed.section_ratio,
    listed.chapter_ratio,
    listed.heading_ratio,
    listed.origin_ratio,
    listed.prior_rate,
    listed.prior_weight,
    listed.own_weight,
    listed.shrunk_rate,
    listed.shrunk_lower,
    listed.shrunk_upper,
    listed.expected_hits,
    listed.standardised_ratio,
    listed.standardised_lower,
    listed.standardised_upper,
    listed.p_value,
    round(listed.q_value::numeric, 6)::double precision as q_value,
    windows.period_after + 1 as period_from,
    windows.period_to,
    case
        when listed.inspected is null then 'Never inspected in the period'
        when listed.shrunk_rate is null then 'Too few offences found before the period to say what is usual'
    end as reason
from listed
inner join sources
    on listed.source_system = sources.source_system
inner join int_periods_compared as windows
    on listed.source_system = windows.source_system
left join dim_country as countries
    on listed.country_origin = countries.country_code
left join hs_chapters as chapters
    on left(listed.heading_code, 2) = chapters.chapter_code
left join seizing_sources
    on listed.source_system = seizing_sources.source_system
left join int_routes_counted as counted
    on listed.source_system = counted.source_system
    and listed.country_origin = counted.country_origin
    and listed.heading_code = counted.heading_code
    and listed.transport_mode = counted.transport_mode
left join int_routes_seized as seized
    on listed.source_system = seized.source_system
    and listed.country_origin = seized.country_origin
    and listed.heading_code = seized.heading_code
    and listed.transport_mode = seized.transport_mode
