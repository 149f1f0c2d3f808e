-- Which required elements each filing lacks. There are few combinations of kind of filing and usable
-- elements, so these are judged rather than each filing.
with filings as (
    select * from {{ ref('int_cargo_filings_usable') }}
),

-- The elements depend on the kind of filing and the mode of transport, not on the length of the voyage.
required as (
    select distinct
        lead_times.source_system,
        lead_times.filing_type,
        lead_times.transport_mode,
        elements.element,
        elements.required_when
    from {{ ref('lead_times') }} as lead_times
    inner join {{ ref('filing_elements') }} as elements
        on lead_times.source_system = elements.source_system
        and lead_times.element_set = elements.element_set
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
        {{ codes_found("case when not " ~ is_listed('required.element', 'combinations.usable_elements')
            ~ " then required.element end") }} as missing_elements
    from combinations
    inner join required
        on combinations.source_system = required.source_system
        and combinations.filing_type = required.filing_type
        and combinations.transport_mode = required.transport_mode
        and (required.required_when = 'always' or combinations.is_containerised)
    group by
        combinations.source_system,
        combinations.filing_type,
        combinations.transport_mode,
        combinations.is_containerised,
        combinations.usable_elements
)

select
    filings.*,
    lacking.missing_elements,
    case when lacking.usable_elements is not null then lacking.missing_elements is null end as is_complete
from filings
left join lacking
    on filings.source_system = lacking.source_system
    and filings.filing_type = lacking.filing_type
    and filings.transport_mode = lacking.transport_mode
    and filings.is_containerised = lacking.is_containerised
    and filings.usable_elements = lacking.usable_elements
