{#- Days, and their names. -#}

{% macro each_day(first_on, last_on) -%}
    {{ adapter.dispatch('each_day')(first_on, last_on) }}
{%- endmacro %}


{% macro duckdb__each_day(first_on, last_on) -%}
    cast(unnest(generate_series(cast({{ first_on }} as timestamp), cast({{ last_on }} as timestamp), interval 1 day)) as date)
{%- endmacro %}


{% macro spark__each_day(first_on, last_on) -%}
    explode(case
        when {{ first_on }} <= {{ last_on }} then sequence(cast({{ first_on }} as date), cast({{ last_on }} as date), interval 1 day)
    end)
{%- endmacro %}


{% macro first_of(unit, day) -%}
    cast(date_trunc('{{ unit }}', {{ day }}) as date)
{%- endmacro %}


{#- 1 is Monday, 7 is Sunday. -#}
{% macro weekday_number(day) -%}
    {{ adapter.dispatch('weekday_number')(day) }}
{%- endmacro %}


{% macro duckdb__weekday_number(day) -%}
    cast(isodow({{ day }}) as integer)
{%- endmacro %}


{% macro spark__weekday_number(day) -%}
    weekday({{ day }}) + 1
{%- endmacro %}


{% macro weekday_name(day) -%}
    {{ adapter.dispatch('weekday_name')(day) }}
{%- endmacro %}


{% macro duckdb__weekday_name(day) -%}
    dayname({{ day }})
{%- endmacro %}


{% macro spark__weekday_name(day) -%}
    date_format({{ day }}, 'EEEE')
{%- endmacro %}


{% macro month_name(day) -%}
    {{ adapter.dispatch('month_name')(day) }}
{%- endmacro %}


{% macro duckdb__month_name(day) -%}
    monthname({{ day }})
{%- endmacro %}


{% macro spark__month_name(day) -%}
    date_format({{ day }}, 'MMMM')
{%- endmacro %}


{% macro hours_between(from_at, to_at) -%}
    {{ adapter.dispatch('hours_between')(from_at, to_at) }}
{%- endmacro %}


{% macro duckdb__hours_between(from_at, to_at) -%}
    date_diff('second', {{ from_at }}, {{ to_at }}) / 3600.0
{%- endmacro %}


{% macro spark__hours_between(from_at, to_at) -%}
    (unix_timestamp({{ to_at }}) - unix_timestamp({{ from_at }})) / 3600.0
{%- endmacro %}


{% macro last_of_year(day) -%}
    cast(date_trunc('year', {{ day }}) + interval 1 year - interval 1 day as date)
{%- endmacro %}


{% macro day_before(day) -%}
    cast({{ day }} - interval 1 day as date)
{%- endmacro %}


{% macro months_later(moment, months) -%}
    {{ adapter.dispatch('months_later')(moment, months) }}
{%- endmacro %}


{% macro duckdb__months_later(moment, months) -%}
    {{ moment }} + to_months(cast({{ months }} as integer))
{%- endmacro %}


{% macro spark__months_later(moment, months) -%}
    {{ moment }} + make_ym_interval(0, cast({{ months }} as integer))
{%- endmacro %}


{#- How many months of mean length, parts of one too, from one day until another. -#}
{% macro months_long(from_on, to_on) -%}
    round(cast({{ days_between(from_on, to_on) }} as double) * 12 / 365.25, 6)
{%- endmacro %}


{% macro day_after(day) -%}
    cast({{ day }} + interval 1 day as date)
{%- endmacro %}


{#- To the second, which is as fine as a deadline is. -#}
{% macro hours_earlier(moment, hours) -%}
    {{ adapter.dispatch('hours_earlier')(moment, hours) }}
{%- endmacro %}


{% macro duckdb__hours_earlier(moment, hours) -%}
    {{ moment }} - to_seconds(cast(3600 * {{ hours }} as bigint))
{%- endmacro %}


{% macro spark__hours_earlier(moment, hours) -%}
    {{ moment }} - make_dt_interval(0, 0, 0, cast(3600 * {{ hours }} as bigint))
{%- endmacro %}
