-- What each operator declared as trader: importer of an import, exporter of an export, declarant of a transit. A route
-- is new where the source knows no use of it by the trader before the last year.
with windows as (
    select * from {{ ref('int_periods_compared') }}
),

declarations as (
    select
        declarations.source_system,
        declarations.trader_id as operator_id,
        declarations.declaration_id,
        facts.route,
        declarations.accepted_on,
        declarations.customs_value_national,
        authorised.is_aeo,
        windows.period_after,
        windows.period_to,
        declarations.accepted_on > windows.record_after
        and declarations.accepted_on <= windows.period_to as is_on_record,
        min(declarations.accepted_on) over (
            partition by declarations.source_system, declarations.trader_id, facts.route
        ) as route_first_used_on
    from {{ ref('int_declarations_counted') }} as declarations
    inner join windows
        on declarations.source_system = windows.source_system
    inner join {{ ref('fct_declarations') }} as facts
        on declarations.source_system = facts.source_system
        and declarations.declaration_id = facts.declaration_id
    left join {{ ref('int_declarations_authorised') }} as authorised
        on declarations.source_system = authorised.source_system
        and declarations.declaration_id = authorised.declaration_id
    where declarations.trader_id is not null
)

select
    source_system,
    operator_id,
    min(accepted_on) as first_declared_on,
    count(*) filter (where is_on_record) as declarations,
    count(is_aeo) filter (where is_on_record) as declarations_of_known_status,
    count(*) filter (where is_on_record and is_aeo) as declarations_as_aeo,
    cast(sum(case when is_on_record then customs_value_national end) as decimal(18, 2)) as customs_value_national,
    count(distinct case when is_on_record then route end) as routes,
    count(distinct case when route_first_used_on > period_after and route_first_used_on <= period_to then route end)
        as first_time_routes
from declarations
group by source_system, operator_id
