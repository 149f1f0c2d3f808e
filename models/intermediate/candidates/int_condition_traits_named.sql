-- What readers call the value of a trait. Where there is no name the value stands for itself.
with names as (
    select
        sources.source_system,
        kinds.trait_type,
        countries.country_code as trait,
        countries.country_name as trait_name
    from {{ ref('dim_source') }} as sources
    cross join {{ ref('dim_country') }} as countries
    inner join {{ ref('condition_traits') }} as kinds
        on kinds.trait_type in ('origin', 'dispatch')

    union all

    select
        sources.source_system,
        'chapter' as trait_type,
        chapters.chapter_code as trait,
        chapters.chapter_code || ' (' || chapters.chapter_name || ')' as trait_name
    from {{ ref('dim_source') }} as sources
    cross join {{ ref('hs_chapters') }} as chapters

    union all

    select
        source_system,
        'office' as trait_type,
        office_code as trait,
        office_name as trait_name
    from {{ ref('dim_office') }}

    union all

    select
        sources.source_system,
        'indicator' as trait_type,
        weights.indicator as trait,
        weights.indicator_name as trait_name
    from {{ ref('dim_source') }} as sources
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
