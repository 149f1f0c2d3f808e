-- Question: Which imported items are declared far below the usual price of their kind and origin?
-- Level: intermediate
-- Teaches: Compare a row with the median of its group by a window; ask for enough rows before judging.
with priced as (
    select
        source_system,
        declaration_id,
        item_number,
        hs6,
        country_origin,
        customs_value_national / net_mass_kg as price_per_kg,
        median(customs_value_national / net_mass_kg) over kind as usual_price_per_kg,
        count(*) over kind as items_of_kind
    from fct_declaration_items
    where regime = 'import' and net_mass_kg > 0 and customs_value_national > 0
    window kind as (partition by source_system, hs_version, hs6, country_origin)
)

select
    source_system,
    declaration_id,
    item_number,
    hs6,
    country_origin,
    items_of_kind,
    round(price_per_kg, 2) as price_per_kg,
    round(usual_price_per_kg, 2) as usual_price_per_kg,
    round(100 * price_per_kg / usual_price_per_kg, 1) as percent_of_usual
from priced
where items_of_kind >= 10 and price_per_kg < usual_price_per_kg / 2
order by percent_of_usual
limit 200
