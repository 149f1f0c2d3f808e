{# The value of one setting, of a seed with a row for each. #}
{% macro setting_named(name) -%}
    max(case when setting = '{{ name }}' then value end)
{%- endmacro %}
