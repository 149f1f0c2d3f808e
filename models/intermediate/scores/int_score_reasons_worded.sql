{{ config(tags=['after_score']) }}

-- The strongest reasons of a score in words, the strongest first. What a flag means depends on its value.
with reasons as (
    select * from {{ ref('stg_crw__score_reasons') }}
),

features as (
    select * from {{ ref('score_features') }}
),

worded as (
    select
        reasons.source_system,
        reasons.declaration_id,
        reasons.item_number,
        reasons.target,
        reasons.place,
        case
            when reasons.feature = 'same_goods'
                then 'the same goods: ' || reasons.feature_value || ' inspected were found wrong'
            when reasons.feature_value is null then {{ filled_in('features.reason_words', "'not stated'") }}
            when features.data = 'rate'
                then features.reason_words || ': ' || reasons.feature_value || ' inspected were found wrong'
            when features.data = 'flag'
                then split_part(features.reason_words, '|', case when reasons.feature_value = '1' then 1 else 2 end)
            else {{ filled_in('features.reason_words', 'reasons.feature_value') }}
        end as reason
    from reasons
    left join features
        on reasons.feature = features.feature
)

select
    source_system,
    declaration_id,
    item_number,
    target,
    {{ joined_by_points('reason', '-place', 'reason') }} as reasons
from worded
group by source_system, declaration_id, item_number, target
