-- Which required elements each version of a filing lacks. There are few combinations of kind of filing and usable
-- elements, so these are judged rather than each filing.
with filings as (
    select * from {{ ref('int_cargo_filings_usable') }}
),

-- The elements depend on the kind of filing and the mode of transport, not on the length of the voyage.
element_sets as (
    select distinct
        source_system,
        filing_type,
        transport_mode,
        element_set
    from {{ ref('lead_times') }}
),

elements as (
    select * from {{ ref('filing_elements') }}
),

combinations as (
    select distinct
        source_system,
        filing_type,
        transport_mode,
        is_containerised,
        usable_elements
    from filings
),

lacking as (
    select
        combinations.source_system,
        combinations.filing_type,
        combinations.transport_mode,
        combinations.is_containerised,
        combinations.usable_elements,
        {{ codes_found("case when not " ~ is_listed('elements.element', 'combinations.usable_elements')
            ~ " then elements.element end") }} as missing_elements
    from combinations
    inner join element_sets
        on combinations.source_system = element_sets.source_system
        and combinations.filing_type = element_sets.filing_type
        and combinations.transport_mode = element_sets.transport_mode
    inner join elements
        on element_sets.source_system = elements.source_system
        and element_sets.element_set = elements.element_set
        and (elements.required_when = 'always' or combinations.is_containerised)
    group by
        combinations.source_system,
        combinations.filing_type,
        combinations.transport_mode,
        combinations.is_containerised,
        combinations.usable_elements
)

select
    filings.source_system,
    filings.house_document_id,
    filings.version,
    filings.is_vaguely_described,
    lacking.missing_elements,
    case when lacking.usable_elements is not null then lacking.missing_elements is null end as is_complete
from filings
left join lacking
    on filings.source_system = lacking.source_system
    and filings.filing_type = lacking.filing_type
    and filings.transport_mode = lacking.transport_mode
    and filings.is_containerised = lacking.is_containerised
    and filings.usable_elements = lacking.usable_elements
