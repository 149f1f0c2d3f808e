{{ config(materialized='table') }}

-- What partners say they sent and what we declared, side by side by month, heading and country of dispatch, in our
-- currency and at our valuation. A cell that cannot be compared says why. What was reported after the day of
-- reference is not known yet.
with partner_exports as (
    select * from {{ ref('int_partner_exports_unioned') }}
),

rates as (
    select * from {{ ref('int_exchange_rates_implied') }}
),

factors as (
    select * from {{ ref('cif_factors') }}
),

sources as (
    select * from {{ ref('dim_source') }}
),

reported as (
    select
        partner_exports.source_system,
        {{ first_of('month', 'partner_exports.period') }} as month_on,
        left(partner_exports.hs6, 4) as heading_code,
        partner_exports.partner_country as country_dispatch,
        partner_exports.net_mass_kg,
        partner_exports.value
        * case when partner_exports.currency = sources.currency then 1 else rates.rate end
        * factors.cif_factor as value_national,
        case
            when partner_exports.hs_version <> sources.hs_version then 'Reported in another version of the HS'
            when factors.cif_factor is null then 'Reported at a valuation without a CIF factor'
            when partner_exports.currency <> sources.currency and rates.rate is null
                then 'No exchange rate of the month in the declarations'
        end as reason
    from partner_exports
    inner join sources
        on partner_exports.source_system = sources.source_system
        and partner_exports.reported_at <= sources.as_of_on
    left join rates
        on partner_exports.source_system = rates.source_system
        and partner_exports.currency = rates.currency
        and {{ first_of('month', 'partner_exports.period') }} = rates.month_on
    left join factors
        on partner_exports.valuation_basis = factors.valuation_basis
),

partner_months as (
    select distinct
        source_system,
        month_on,
        country_dispatch
    from reported
),

imported as (
    select
        items.source_system,
        {{ first_of('month', 'items.accepted_on') }} as month_on,
        left(items.hs6, 4) as heading_code,
        items.country_dispatch,
        items.net_mass_kg as import_mass_kg,
        items.customs_value_national as import_value_national
    from {{ ref('fct_declaration_items') }} as items
    inner join {{ ref('fct_declarations') }} as declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
        and not declarations.is_invalidated
    where
        items.regime = 'import'
        and items.accepted_on is not null
        and items.hs6 is not null
        and items.country_dispatch is not null
        and items.source_system in (select partner_exports.source_system from partner_exports)
),

both_sides as (
    select
        source_system,
        month_on,
        heading_code,
        country_dispatch,
        value_national,
        net_mass_kg,
        reason
    from reported
    union all by name
    select * from imported
)

select
    both_sides.source_system,
    both_sides.month_on,
    left(both_sides.heading_code, 2) as chapter_code,
    both_sides.heading_code,
    both_sides.country_dispatch,
    coalesce(sum(both_sides.value_national), 0) as expected_value_national,
    coalesce(sum(both_sides.import_value_national), 0) as import_value_national,
    coalesce(sum(both_sides.net_mass_kg), 0) as expected_mass_kg,
    coalesce(sum(both_sides.import_mass_kg), 0) as import_mass_kg,
    case
        when count(partner_months.month_on) = 0 then 'The partner has not reported the month'
        else max(both_sides.reason)
    end as reason
from both_sides
left join partner_months
    on both_sides.source_system = partner_months.source_system
    and both_sides.month_on = partner_months.month_on
    and both_sides.country_dispatch = partner_months.country_dispatch
group by both_sides.source_system, both_sides.month_on, both_sides.heading_code, both_sides.country_dispatch
