{{ config(materialized='table') }}

-- Goods from, or by way of, a country from which we seized far more often than its trade would explain: our own
-- seizures of the twelve months before the month, no list made by hand.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('risky_route', ['look_back_months', 'least_seizures', 'times']) }}
),

months as (
    select distinct
        source_system,
        month_on
    from items
),

seizures as (
    select distinct
        source_system,
        seizure_id,
        country_departure,
        seized_month_on
    from {{ ref('fct_seizure_lines') }}
    where is_standing and country_departure is not null and declaration_id is not null
),

seized as (
    select
        months.source_system,
        months.month_on,
        seizures.country_departure as country_dispatch,
        count(*) as seizures
    from months
    cross join parameters
    inner join seizures
        on months.source_system = seizures.source_system
        and months.month_on > seizures.seized_month_on
        and seizures.seized_month_on >= {{ months_later('months.month_on', '-parameters.look_back_months') }}
    group by months.source_system, months.month_on, seizures.country_departure
),

traded_by_month as (
    select
        source_system,
        month_on,
        country_dispatch,
        count(distinct declaration_id) as declarations
    from all_items
    where regime <> 'export'
    group by source_system, month_on, country_dispatch
),

traded as (
    select
        months.source_system,
        months.month_on,
        traded_by_month.country_dispatch,
        sum(traded_by_month.declarations) as declarations
    from months
    cross join parameters
    inner join traded_by_month
        on months.source_system = traded_by_month.source_system
        and months.month_on > traded_by_month.month_on
        and traded_by_month.month_on >= {{ months_later('months.month_on', '-parameters.look_back_months') }}
    group by months.source_system, months.month_on, traded_by_month.country_dispatch
),

compared as (
    select
        traded.*,
        coalesce(seized.seizures, 0) as seizures,
        coalesce(seized.seizures, 0) / traded.declarations as rate,
        sum(seized.seizures) over (partition by traded.source_system, traded.month_on)
        / sum(traded.declarations) over (partition by traded.source_system, traded.month_on) as rate_of_all
    from traded
    left join seized
        on traded.source_system = seized.source_system
        and traded.month_on = seized.month_on
        and traded.country_dispatch = seized.country_dispatch
),

judged as (
    select
        items.item_key,
        items.regime <> 'export' and compared.rate_of_all is not null as is_applicable,
        compared.seizures >= parameters.least_seizures
        and compared.rate >= parameters.times * compared.rate_of_all as is_hit,
        1.0 as score,
        'Seizures on the way from ' || compared.country_dispatch || ' in the '
        || {{ said('parameters.look_back_months') }} || ' months before: ' || {{ said('compared.seizures') }}
        || ', ' || {{ said('compared.rate / compared.rate_of_all', 1) }} || ' times the rate of all' as evidence
    from items
    cross join parameters
    left join compared
        on items.source_system = compared.source_system
        and items.month_on = compared.month_on
        and items.country_dispatch = compared.country_dispatch
)

{{ risk_indicator('risky_route') }}
