-- Question: Which goods do partners say they sent that nobody declared here, quarter after quarter?
-- Level: advanced
-- Teaches: What persists counts more than one large gap: ask for several quarters above a threshold.
with commodities as (
    select distinct
        heading_code,
        chapter_name
    from dim_commodity
)

select
    gaps.source_system,
    gaps.hs_code as heading,
    any_value(commodities.chapter_name) as chapter_name,
    gaps.country_dispatch,
    count(*) as quarters_compared,
    count(*) filter (where gaps.gap_percent > 25) as quarters_short,
    sum(gaps.missing_value_national) as missing_value_national,
    gaps.currency_national
from mirror_gaps as gaps
left join commodities on gaps.hs_code = commodities.heading_code
where gaps.hs_level = 'heading' and gaps.gap_percent is not null
group by gaps.source_system, gaps.hs_code, gaps.country_dispatch, gaps.currency_national
having count(*) >= 2
order by quarters_short desc, missing_value_national desc
limit 100
