{#- What comparisons of rules, channels and inspection rates need beside macros/statistics.sql. -#}

{#- The two sides of a text that is said in one piece, so that a verdict and its reason cannot fall apart. -#}
{% macro before_mark(column, mark) -%}
    split_part({{ column }}, '{{ mark }}', 1)
{%- endmacro %}


{% macro after_mark(column, mark) -%}
    split_part({{ column }}, '{{ mark }}', 2)
{%- endmacro %}


{% macro middle_of(column) -%}
    quantile_cont({{ column }}, 0.5)
{%- endmacro %}


{#- The ways to choose that are compared, as rows. A learned score becomes one more. -#}
{% macro selection_scores() -%}
    (select 'indicators' as score_name union all select 'rules_today' union all select 'chance')
{%- endmacro %}
