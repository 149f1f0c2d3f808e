-- What readers call the value of a trait. Where there is no name the value stands for itself.
with sources as (
    select source_system from {{ ref('dim_source') }}
),

names as (
    select
        sources.source_system,
        kinds.trait_type,
        countries.country_code as trait,
        countries.country_name as trait_name
    from sources
    cross join {{ ref('dim_country') }} as countries
    inner join {{ ref('condition_traits') }} as kinds
        on kinds.trait_type in ('country_origin', 'country_dispatch', 'country_destination')

    union all

    select
        sources.source_system,
        'chapter_code' as trait_type,
        chapters.chapter_code as trait,
        chapters.chapter_code || ' (' || chapters.chapter_name || ')' as trait_name
    from sources
    cross join {{ ref('hs_chapters') }} as chapters

    union all

    select
        sources.source_system,
        'section_code' as trait_type,
        sections.section_code as trait,
        sections.section_code || ' (' || sections.section_name || ')' as trait_name
    from sources
    cross join {{ ref('hs_sections') }} as sections

    union all

    select
        source_system,
        'office_code' as trait_type,
        office_code as trait,
        office_name as trait_name
    from {{ ref('dim_office') }}

    union all

    select
        sources.source_system,
        'has_' || weights.indicator as trait_type,
        'true' as trait,
        weights.indicator_name as trait_name
    from sources
    cross join {{ ref('risk_indicator_weights') }} as weights
)

select
    names.source_system,
    names.trait_type,
    names.trait,
    kinds.trait_words || ' ' || names.trait_name as condition_words
from names
inner join {{ ref('condition_traits') }} as kinds
    on names.trait_type = kinds.trait_type
