{#- The middle of the quotients of two columns. -#}
{% macro median_ratio(above, below) -%}
    {{ quantile_of('cast(' ~ above ~ ' as double) / cast(' ~ below ~ ' as double)', 0.5) }}
{%- endmacro %}
