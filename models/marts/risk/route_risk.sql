-- Which routes find more than their goods and ways explain. What was never inspected is listed, and has no rank.
with counted as (
    select * from {{ ref('int_routes_counted') }}
),

tested as (
    {{ with_q_values(ref('int_routes_tested'), 'p_value', ['source_system', 'selection_basis', 'outcome']) }}
),

-- No seizures is no news where a source reports none at all.
seizing_sources as (
    select distinct source_system from {{ ref('fct_seizure_lines') }}
),

routes as (
    select
        source_system,
        country_origin,
        heading_code,
        transport_mode
    from counted
    union
    select
        source_system,
        country_origin,
        heading_code,
        transport_mode
    from tested
),

lists as (
    select distinct
        source_system,
        selection_basis,
        outcome
    from {{ ref('int_hit_rates_expected') }}
)

select
    routes.source_system,
    routes.country_origin,
    routes.heading_code,
    routes.transport_mode,
    coalesce(lists.selection_basis, 'not_stated') as selection_basis,
    coalesce(lists.outcome, 'any') as outcome,
    countries.country_name as country_origin_name,
    {{ route_shown('routes', 'countries', 'chapters') }} as route_shown,
    left(routes.heading_code, 2) as chapter_code,
    chapters.chapter_name,
    chapters.section_code,
    sources.hs_version,
    sources.currency as currency_national,
    tested.inspected is not null as is_tested,
    case
        when tested.shrunk_rate is not null
            then row_number() over (
                partition by routes.source_system, lists.selection_basis, lists.outcome
                order by
                    tested.shrunk_rate desc nulls last, tested.inspected desc,
                    routes.country_origin asc, routes.heading_code asc, routes.transport_mode asc
            )
    end as risk_rank,
    coalesce(counted.declarations, 0) as declarations,
    coalesce(counted.items, 0) as items,
    counted.customs_value_national,
    coalesce(tested.inspected, 0) as inspected,
    tested.hits,
    tested.serious_hits,
    tested.security_hits,
    tested.hit_category_codes,
    tested.hit_category_names,
    case when seizing_sources.source_system is not null then coalesce(seized.seizures, 0) end as seizures,
    seized.seized_category_codes,
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
    round(tested.q_value, 6) as q_value,
    {{ day_after('windows.period_after') }} as period_from,
    windows.period_to,
    {{ why_not_shrunk('tested', 'Never inspected in the period') }} as reason
from routes
inner join {{ ref('sources') }} as sources
    on routes.source_system = sources.source_system
inner join {{ ref('int_periods_compared') }} as windows
    on routes.source_system = windows.source_system
left join lists
    on routes.source_system = lists.source_system
left join {{ ref('dim_country') }} as countries
    on routes.country_origin = countries.country_code
left join {{ ref('hs_chapters') }} as chapters
    on left(routes.heading_code, 2) = chapters.chapter_code
left join seizing_sources
    on routes.source_system = seizing_sources.source_system
left join counted
    on {{ same_route('counted', 'routes') }}
left join {{ ref('int_routes_seized') }} as seized
    on {{ same_route('seized', 'routes') }}
left join tested
    on {{ same_route('tested', 'routes') }}
    and tested.selection_basis = lists.selection_basis
    and tested.outcome = lists.outcome
