-- Question: Which elements do advance cargo filings leave out, by kind of filing?
-- Level: intermediate
-- Teaches: Turn a list in one field into rows, and count each element beside all filings.
with elements as (
    select
        source_system,
        filing_type,
        house_document_id,
        unnest(string_split(missing_elements, '|')) as element
    from fct_cargo_manifests
    where not is_complete
),

filings as (
    select
        source_system,
        filing_type,
        count(*) as filings
    from fct_cargo_manifests
    group by all
)

select
    elements.source_system,
    elements.filing_type,
    elements.element as missing_element,
    count(*) as filings_without,
    round(100 * count(*) / any_value(filings.filings), 2) as percent_of_filings
from elements
inner join filings
    on elements.source_system = filings.source_system and elements.filing_type = filings.filing_type
group by all
order by elements.source_system asc, elements.filing_type asc, filings_without desc
