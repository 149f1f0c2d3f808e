{#- What received text becomes. Casts are strict on purpose: DuckDB alone would read '1.5' as the
    integer 2, '0x1f' as 31, and drop the offset of a timestamp. What does not fit becomes null, and
    `broken` says why. -#}

{% macro as_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{% macro as_integer(column) -%}
    case when {{ matches(column, '[+-]?[0-9]+([.]0*)?') }} then try_cast({{ as_text(column) }} as integer) end
{%- endmacro %}


{#- Rounds half away from zero to the scale of the type. -#}
{% macro as_decimal(column, data_type) -%}
    case
        when {{ matches(column, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
            then try_cast({{ as_text(column) }} as {{ data_type }})
    end
{%- endmacro %}


{% macro as_boolean(column) -%}
    case lower(trim({{ column }}))
        when 'true' then true when 't' then true when 'yes' then true when 'y' then true when '1' then true
        when 'false' then false when 'f' then false when 'no' then false when 'n' then false when '0' then false
    end
{%- endmacro %}


{% macro as_date(column) -%}
    case when {{ matches(column, '[0-9]{4}-[0-9]{2}-[0-9]{2}') }} then try_cast({{ as_text(column) }} as date) end
{%- endmacro %}


{#- ISO 8601 with a time of day. With an offset it names an instant; without one it is local time of
    the source. Either way it is kept in UTC. -#}
{% macro as_timestamp(column, time_zone) -%}
    {%- set local = '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?' -%}
    case
        when {{ matches(column, local) }}
            then {{ utc_of_local('try_cast(' ~ as_text(column) ~ ' as timestamp)', time_zone) }}
        when {{ matches(column, local ~ ' ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)') }}
            then try_cast({{ as_text(column) }} as timestamptz) at time zone 'UTC'
    end
{%- endmacro %}


{% macro as_type(column, data_type, time_zone='UTC') -%}
    {%- if data_type == 'varchar' %}{{ as_text(column) }}
    {%- elif data_type == 'integer' %}{{ as_integer(column) }}
    {%- elif data_type.startswith('decimal') %}{{ as_decimal(column, data_type) }}
    {%- elif data_type == 'boolean' %}{{ as_boolean(column) }}
    {%- elif data_type == 'date' %}{{ as_date(column) }}
    {%- elif data_type == 'timestamp' %}{{ as_timestamp(column, time_zone) }}
    {%- else %}{{ exceptions.raise_compiler_error('no contract may use the type ' ~ data_type) }}
    {%- endif %}
{%- endmacro %}


{#- The whole of the text, blanks around it apart, has this shape. -#}
{% macro matches(column, pattern) -%}
    regexp_full_match(trim({{ column }}), '{{ pattern }}')
{%- endmacro %}


{#- A local time that the clocks skip in spring is read an hour later, one they repeat in autumn as
    the second of the two. -#}
{% macro utc_of_local(timestamp, time_zone) -%}
    ({{ timestamp }} at time zone '{{ time_zone }}') at time zone 'UTC'
{%- endmacro %}


{#- `time_zone` is SQL: a quoted name or a column. -#}
{% macro local_of_utc(timestamp, time_zone) -%}
    ({{ timestamp }} at time zone 'UTC') at time zone {{ time_zone }}
{%- endmacro %}


{% macro local_day(timestamp, time_zone) -%}
    cast({{ local_of_utc(timestamp, time_zone) }} as date)
{%- endmacro %}


{% macro days_between(from_on, to_on) -%}
    date_diff('day', {{ from_on }}, {{ to_on }})
{%- endmacro %}
