{#- What comparisons of rules, channels and inspection rates need beside macros/statistics.sql. -#}

{#- The two sides of a text that is said in one piece, so that a verdict and its reason cannot fall apart. -#}
{% macro before_mark(column, mark) -%}
    split_part({{ column }}, '{{ mark }}', 1)
{%- endmacro %}


{% macro after_mark(column, mark) -%}
    split_part({{ column }}, '{{ mark }}', 2)
{%- endmacro %}


{% macro middle_of(column) -%}
    {{ quantile_of(column, 0.5) }}
{%- endmacro %}


{#- Half the width of the 95 % interval of a count that is yet to come, as a share of it. -#}
{% macro count_margin(expected) -%}
    1.959963984540054 / sqrt(nullif({{ expected }}, 0))
{%- endmacro %}


{#- The ways to choose that are compared, as rows. -#}
{% macro selection_scores() -%}
    (
        select 'indicators' as score_name union all select 'indicators_and_chance'
        union all select 'indicators_and_untested' union all select 'rules_today' union all select 'chance'
    )
{%- endmacro %}


{#- The CTE `ranked`: inspections with a result, why each was made and how deep it went; of a declaration and reason, the
    one that found something and says of which item comes first. -#}
{% macro inspections_ranked() -%}
inspections as (
    select
        *,
        case
            when selection_reason = 'random' then 'random'
            when selection_reason is null then 'not_stated'
            else 'targeted'
        end as selection_basis,
        case inspection_type when 'physical' then 3 when 'nii' then 2 when 'documentary' then 1 else 0 end as depth
    from {{ ref('fct_inspections') }}
    where
        is_resolved
        -- Filled up by hand: neither drawn nor aimed.
        and coalesce(selection_reason, '') <> 'random_top_up'
),

ranked as (
    select
        *,
        row_number() over (
            partition by source_system, declaration_id, selection_basis
            order by is_hit desc, item_number is null asc, depth desc, inspection_id asc
        ) as item_rank
    from inspections
)
{%- endmacro %}
