-- Question: Which sources are there, since when, and what do they not supply?
-- Level: simple
-- Teaches: Look here first: a figure that is null may be one that the source cannot give.
select
    source_system,
    source_name,
    country_code,
    currency,
    declarations,
    inspections,
    seizures,
    data_from_on,
    data_until_on,
    as_of_on,
    does_not_supply
from dim_source
order by source_system
