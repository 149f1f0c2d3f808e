{#- One number for what an item is in a kind of record (`records_kept` in dbt_project.yml); null where the first of its
    columns is. Two keys that collide are one in 10^13. -#}
{% macro record_key(kind) -%}
    {{ adapter.dispatch('record_key')(kind) }}
{%- endmacro %}


{% macro duckdb__record_key(kind) -%}
    {%- set columns = var('records_kept')[kind] -%}
    case when {{ columns[0] }} is not null then hash({{ columns | join(', ') }}) end
{%- endmacro %}


{% macro spark__record_key(kind) -%}
    {%- set columns = var('records_kept')[kind] -%}
    case when {{ columns[0] }} is not null then xxhash64({{ columns | join(', ') }}) end
{%- endmacro %}


{#- Joins to `items`, for each kind of record, what was known of it before a day. -#}
{% macro records_before(day) -%}
    {{ adapter.dispatch('records_before')(day) }}
{%- endmacro %}


{% macro duckdb__records_before(day) -%}
    {% for kind in var('records_kept') %}
asof left join (
    select * from {{ ref('int_records_cumulated') }}
    where record_kind = '{{ kind }}'
) as {{ kind }}
    on items.source_system = {{ kind }}.source_system
    and items.{{ kind }}_key = {{ kind }}.record_key
    and {{ day }} > {{ kind }}.known_on
    {% endfor %}
{%- endmacro %}


{% macro spark__records_before(day) -%}
    {% for kind in var('records_kept') %}
left join (
    select
        *,
        lead(known_on) over (partition by source_system, record_key order by known_on) as known_again_on
    from {{ ref('int_records_cumulated') }}
    where record_kind = '{{ kind }}'
) as {{ kind }}
    on items.source_system = {{ kind }}.source_system
    and items.{{ kind }}_key = {{ kind }}.record_key
    and {{ day }} > {{ kind }}.known_on
    and {{ day }} <= coalesce({{ kind }}.known_again_on, {{ day }})
    {% endfor %}
{%- endmacro %}


{#- A text with a value in the place of {value}. -#}
{% macro filled_in(words, value) -%}
    replace({{ words }}, '{value}', {{ value }})
{%- endmacro %}
