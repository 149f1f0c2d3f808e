{#- The US fiscal year runs from October to September: its first three months belong to the calendar
    year before. -#}
{% macro fiscal_month_start(fiscal_year, month_abbreviation) -%}
    make_date(
        {{ fiscal_year }} - case when {{ month_abbreviation }} in ('OCT', 'NOV', 'DEC') then 1 else 0 end,
        case {{ month_abbreviation }}
            {%- for name in ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] %}
            when '{{ name }}' then {{ loop.index }}
            {%- endfor %}
        end,
        1
    )
{%- endmacro %}
