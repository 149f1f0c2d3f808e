-- Question: Which countries do goods come from, and what are they worth?
-- Level: simple
-- Teaches: Join a dimension for the name; show the currency beside every amount.
select
    items.source_system,
    countries.country_name as origin,
    count(*) as items,
    sum(items.customs_value_national) as customs_value_national,
    items.currency_national
from fct_declaration_items as items
inner join dim_country as countries on items.country_origin = countries.country_code
group by all
order by customs_value_national desc nulls last
limit 50
