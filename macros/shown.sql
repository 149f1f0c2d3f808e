{#- Figures as their readers write them. Each engine has its own words for that; wording is in seeds. -#}

{#- `1,204` or `12.4`: marks for thousands, and as many digits after the point as `decimals`, a column, says. -#}
{% macro number_shown(number, decimals) -%}
    {{ adapter.dispatch('number_shown')(number, decimals) }}
{%- endmacro %}


{% macro duckdb__number_shown(number, decimals) -%}
    case {{ decimals }}
        {%- for digits in range(4) %}
        when {{ digits }} then format('{:,.{{ digits }}f}', cast({{ number }} as double))
        {%- endfor %}
    end
{%- endmacro %}


{% macro spark__number_shown(number, decimals) -%}
    case {{ decimals }}
        {%- for digits in range(4) %}
        when {{ digits }} then format_number(cast({{ number }} as double), {{ digits }})
        {%- endfor %}
    end
{%- endmacro %}


{#- Of a figure whose row has the digits of its unit (seed kpi_units), without what follows it. Nothing is `0`. -#}
{% macro figure_shown(number) -%}
    {{ number_shown(number, 'case when ' ~ number ~ ' = 0 then 0 when abs(' ~ number ~ ') < 1 then decimals_below_one'
        ~ ' else decimals end') }}
{%- endmacro %}


{#- Whether a change is too small to be seen in the digits shown. -#}
{% macro is_unseen(change) -%}
    abs({{ change }}) * power(10, decimals_below_one) < 0.5
{%- endmacro %}


{#- A target is written without digits it does not need. -#}
{% macro target_number_shown(number) -%}
    {{ number_shown(number, 'case when ' ~ number ~ ' = floor(' ~ number ~ ') then 0 else decimals end') }}
{%- endmacro %}


{#- A code of several words, as words. -#}
{% macro in_words(column) -%}
    replace({{ column }}, '_', ' ')
{%- endmacro %}


{#- The name of a table without what says of which kind it is; null where there is none. -#}
{% macro table_in_words(column) -%}
    nullif(regexp_replace({{ column }}, '^(fct|dim|int|stg_[a-z]+)_+', ''), '')
{%- endmacro %}


{#- The part of a text, from 1, between marks. -#}
{% macro part_of(column, mark, number) -%}
    split_part({{ column }}, '{{ mark }}', {{ number }})
{%- endmacro %}


{#- How many periods a course shows. -#}
{% macro course_periods() -%}8{%- endmacro %}


{#- The window of a course: the period of the row and those before it. -#}
{% macro within_course() -%}
    rows between {{ course_periods() | int - 1 }} preceding and current row
{%- endmacro %}


{#- A line small enough for a cell, of the periods up to that of the row: from the lowest of them to the highest. A
    period without a figure is a dot, one before the data begins is nothing. `periods` is a window. -#}
{% macro course_shown(value, start, lowest, highest, periods) -%}
    concat(
        {%- for steps in range(course_periods() | int - 1, -1, -1) %}
        {%- set then = 'lag(' ~ value ~ ', ' ~ steps ~ ') over ' ~ periods %}
        case
            when lag({{ start }}, {{ steps }}) over {{ periods }} is null then ''
            when {{ then }} is null then '·'
            when {{ highest }} = {{ lowest }} then '▄'
            else substr(
                '▁▂▃▄▅▆▇█',
                1 + cast(floor(7.999 * (({{ then }}) - {{ lowest }}) / ({{ highest }} - {{ lowest }})) as integer),
                1
            )
        end{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- How far a figure is past its bound, as a share of the larger of the two: 0 at the bound or better, 0.5 where it is
    twice too high or half as high as it should be. Figures of any unit compare. -#}
{% macro distance_below(value, bound) -%}
    case when {{ value }} < {{ bound }} then 1 - greatest({{ value }}, 0) / {{ bound }} else 0 end
{%- endmacro %}


{% macro distance_above(value, bound) -%}
    case when {{ value }} > {{ bound }} then 1 - greatest({{ bound }}, 0) / {{ value }} else 0 end
{%- endmacro %}
