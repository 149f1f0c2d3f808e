-- Each candidate in words and in SQL, its traits from the goods to the circumstances.
with traits as (
    select
        judged.candidate_id,
        asked.source_system,
        asked.trait_type,
        kinds.sort_order,
        coalesce(
            names.condition_words,
            kinds.trait_words || case when asked.trait = 'true' then '' else ' ' || asked.trait end
        ) as words,
        asked.trait_type || case when asked.trait = 'true' then '' else ' = ' || {{ quoted('asked.trait') }} end
            as condition_sql
    from {{ ref('int_candidates_judged') }} as judged
    inner join {{ ref('int_conditions_of_one') }} as asked
        on asked.condition_id in (judged.trait_1, judged.trait_2, judged.trait_3, judged.trait_4)
    inner join {{ ref('condition_traits') }} as kinds
        on asked.trait_type = kinds.trait_type
    left join {{ ref('int_condition_traits_named') }} as names
        on asked.source_system = names.source_system
        and asked.trait_type = names.trait_type
        and asked.trait = names.trait
)

select
    source_system,
    candidate_id,
    {{ joined_in_order('words', 'sort_order', ' and ') }} as condition_shown,
    'source_system = ' || {{ quoted('source_system') }} || ' and '
    || {{ joined_in_order('condition_sql', 'sort_order', ' and ') }} as condition_sql
from traits
group by source_system, candidate_id
