-- How many serious findings led to a new or changed rule, by quarter: findings_to_measures without the single finding.
select
    findings.source_system,
    {{ first_of('quarter', 'findings.found_on') }} as quarter_on,
    findings.finding_type,
    coalesce(categories.category_name, 'No goods seized') as category_name,
    words.symbol || ' ' || words.word as answer_shown,
    words.sort_order as answer_order,
    coalesce({{ in_words('findings.measure_taken') }}, 'none recorded') as measure_shown,
    count(*) as findings
from {{ ref('findings_to_measures') }} as findings
inner join {{ ref('status_words') }} as words
    on findings.answer = words.status
    and words.about = 'answer'
left join {{ ref('dim_seizure_category') }} as categories
    on findings.category_code = categories.category_code
where findings.is_counted
group by
    findings.source_system,
    {{ first_of('quarter', 'findings.found_on') }},
    findings.finding_type,
    categories.category_name,
    words.symbol,
    words.word,
    words.sort_order,
    findings.measure_taken
