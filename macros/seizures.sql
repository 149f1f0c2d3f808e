{#- Lines of the seizures that stand, numbered so that they can be counted: line 1 of a category stands for the seizure
    in it, line 1 of a seizure for the whole of it. -#}
{% macro numbered_seizure_lines() -%}
    select
        *,
        row_number() over (
            partition by source_system, seizure_id, category_code
            order by is_primary_line desc nulls last, line_number asc
        ) as category_line,
        row_number() over (
            partition by source_system, seizure_id
            order by is_primary_line desc nulls last, line_number asc
        ) as seizure_line
    from {{ ref('int_seizure_lines_collapsed') }}
    where is_standing
{%- endmacro %}
