{#- Days, and their names. -#}

{% macro each_day(first_on, last_on) -%}
    cast(unnest(generate_series(cast({{ first_on }} as timestamp), cast({{ last_on }} as timestamp), interval 1 day)) as date)
{%- endmacro %}


{% macro first_of(unit, day) -%}
    cast(date_trunc('{{ unit }}', {{ day }}) as date)
{%- endmacro %}


{#- 1 is Monday, 7 is Sunday. -#}
{% macro weekday_number(day) -%}
    cast(isodow({{ day }}) as integer)
{%- endmacro %}


{% macro weekday_name(day) -%}
    dayname({{ day }})
{%- endmacro %}


{% macro month_name(day) -%}
    monthname({{ day }})
{%- endmacro %}


{% macro hours_between(from_at, to_at) -%}
    date_diff('second', {{ from_at }}, {{ to_at }}) / 3600.0
{%- endmacro %}


{% macro last_of_year(day) -%}
    cast(date_trunc('year', {{ day }}) + interval 1 year - interval 1 day as date)
{%- endmacro %}


{% macro day_before(day) -%}
    cast({{ day }} - interval 1 day as date)
{%- endmacro %}


{% macro months_later(moment, months) -%}
    {{ moment }} + to_months(cast({{ months }} as integer))
{%- endmacro %}


{% macro day_after(day) -%}
    cast({{ day }} + interval 1 day as date)
{%- endmacro %}


{#- To the second, which is as fine as a deadline is. -#}
{% macro hours_earlier(moment, hours) -%}
    {{ moment }} - to_seconds(cast(3600 * {{ hours }} as bigint))
{%- endmacro %}
