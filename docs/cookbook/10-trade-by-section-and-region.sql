-- Question: What is traded, by section of the Harmonized System and region of origin?
-- Level: intermediate
-- Teaches: Two joins over the star; a commodity is found by edition and code together.
select
    items.source_system,
    commodities.section_number,
    commodities.section_name,
    countries.region as region_of_origin,
    count(distinct items.declaration_id) as declarations,
    count(*) as items,
    round(sum(items.net_mass_kg) / 1000, 1) as net_mass_tonnes
from fct_declaration_items as items
inner join dim_commodity as commodities on items.hs_version = commodities.hs_version and items.hs6 = commodities.hs6
inner join dim_country as countries on items.country_origin = countries.country_code
group by all
order by items.source_system asc, commodities.section_number asc, declarations desc
