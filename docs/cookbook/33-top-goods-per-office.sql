-- Question: Which three chapters give each office most of its hits?
-- Level: advanced
-- Teaches: The first k of each group by QUALIFY; a share of the office beside the rank.
with chapters as (
    select
        chapter_code,
        any_value(chapter_name) as chapter_name
    from dim_commodity
    group by all
)

select
    declarations.source_system,
    declarations.office_name,
    row_number() over office as place,
    declarations.chapter_code,
    any_value(chapters.chapter_name) as chapter_name,
    count(*) as hits,
    round(100 * count(*) / sum(count(*)) over (partition by declarations.source_system, declarations.office_name), 1)
        as percent_of_office
from fct_declarations as declarations
left join chapters on declarations.chapter_code = chapters.chapter_code
where declarations.is_hit
group by declarations.source_system, declarations.office_name, declarations.chapter_code
window
    office as (
        partition by declarations.source_system, declarations.office_name
        order by count(*) desc, declarations.chapter_code
    )
qualify place <= 3
order by declarations.source_system, declarations.office_name, place
