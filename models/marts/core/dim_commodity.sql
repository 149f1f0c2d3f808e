with commodities as (
    select * from {{ ref('int_commodities_named') }}
),

chapters as (
    select * from {{ ref('hs_chapters') }}
    where not is_reserved
),

sections as (
    select * from {{ ref('hs_sections') }}
)

select
    commodities.hs_version,
    commodities.hs6,
    left(commodities.hs6, 4) as heading_code,
    left(commodities.hs6, 2) as chapter_code,
    coalesce(chapters.chapter_name, 'Not a chapter') as chapter_name,
    sections.section_code,
    cast(sections.section_number as integer) as section_number,
    sections.section_name,
    chapters.chapter_code is not null as is_listed
from commodities
left join chapters
    on left(commodities.hs6, 2) = chapters.chapter_code
left join sections
    on chapters.section_code = sections.section_code
