{#- What received text becomes. Casts are strict on purpose: DuckDB alone would read '1.5' as the
    integer 2, '0x1f' as 31, and drop the offset of a timestamp. What does not fit becomes null, and
    `broken` says why.

    Every field of every record passes through here, so what looks roundabout is measured: trimming
    only where there is a blank to trim is 8 times faster, and so is leaving time zones out of the
    question whether a text is a timestamp. -#}

{% macro as_text(column) -%}
    {{ adapter.dispatch('as_text')(column) }}
{%- endmacro %}


{% macro duckdb__as_text(column) -%}
    nullif(case when {{ column }} like ' %' or {{ column }} like '% ' then trim({{ column }}) else {{ column }} end, '')
{%- endmacro %}


{#- Spark thinks longer about a long expression than it needs to trim. -#}
{% macro spark__as_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{#- A mark that is no part of the value, taken off. -#}
{% macro without(column, mark) -%}
    replace({{ column }}, '{{ mark }}', '')
{%- endmacro %}


{% macro as_integer(column) -%}
    {{ adapter.dispatch('as_integer')(column) }}
{%- endmacro %}


{% macro duckdb__as_integer(column) -%}
    case
        when {{ matches(column, '[-+]?[0-9]+([.]0*)?') }}
            then try_cast({{ as_text(column) }} as integer)
    end
{%- endmacro %}


{% macro spark__as_integer(column) -%}
    case
        when {{ matches(column, '[-+]?[0-9]+([.]0*)?') }}
            then try_cast(try_cast({{ as_text(column) }} as decimal(38, 0)) as integer)
    end
{%- endmacro %}


{#- Rounds half away from zero to the scale of the type. -#}
{% macro as_decimal(column, data_type) -%}
    case
        when {{ matches(column, '[-+0-9.eE]+') }}
            then try_cast({{ as_text(column) }} as {{ data_type }})
    end
{%- endmacro %}


{% macro as_boolean(column) -%}
    case
        when lower({{ as_text(column) }}) in ('true', 't', 'yes', 'y', '1') then true
        when lower({{ as_text(column) }}) in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}


{% macro as_date(column) -%}
    case
        when {{ matches(column, '[0-9]{4}-[0-9]{2}-[0-9]{2}') }}
            then try_cast({{ as_text(column) }} as date)
    end
{%- endmacro %}


{#- ISO 8601 with a time of day. With an offset it names an instant; without one it is local time of
    the source. Either way it is kept in UTC. -#}
{% macro as_timestamp(column, time_zone) -%}
    case
        when {{ matches(column, iso_local_time()) }}
            then {{ utc_of_local(read_time(column, 'timestamp'), time_zone) }}
        when {{ matches(column, iso_local_time() ~ iso_offset()) }}
            then {{ utc_of_instant(read_time(column, 'timestamptz')) }}
    end
{%- endmacro %}


{#- Null where it cannot be read. 24:00 is the midnight that ends a day; an offset stands right after the time. -#}
{% macro read_time(column, data_type) -%}
    {{ adapter.dispatch('read_time')(column, data_type) }}
{%- endmacro %}


{% macro duckdb__read_time(column, data_type) -%}
    try_cast({{ as_text(column) }} as {{ data_type }})
{%- endmacro %}


{% macro spark__read_time(column, data_type) -%}
    case
        when {{ column }} rlike '[0-9] +[-+]' then null
        when {{ column }} rlike '[T ]24:00'
            then try_cast(replace(replace({{ as_text(column) }}, 'T24:', 'T00:'), ' 24:', ' 00:') as {{ data_type }}) + interval 1 day
        else try_cast({{ as_text(column) }} as {{ data_type }})
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


{#- Whether a text that is there cannot be read as the type. -#}
{% macro unreadable(column, data_type) -%}
    {%- if data_type == 'timestamp' -%}
        (
            {{ read_time(column, 'timestamp') }} is null
            or not {{ matches(column, iso_local_time() ~ iso_offset() ~ '?') }}
        )
    {%- else -%}
        {{ as_type(column, data_type) }} is null
    {%- endif -%}
{%- endmacro %}


{#- The whole of the text, blanks around it apart, has this shape. -#}
{% macro matches(column, pattern) -%}
    {{ adapter.dispatch('matches')(column, pattern) }}
{%- endmacro %}


{% macro duckdb__matches(column, pattern) -%}
    regexp_full_match({{ as_text(column) }}, '{{ pattern }}')
{%- endmacro %}


{% macro spark__matches(column, pattern) -%}
    {{ as_text(column) }} rlike '^(?:{{ pattern }})\z'
{%- endmacro %}


{% macro iso_local_time() -%}
    [0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?
{%- endmacro %}


{% macro iso_offset() -%}
    ( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))
{%- endmacro %}


{#- A local time that the clocks skip in spring is read an hour later, one they repeat in autumn as
    the second of the two. -#}
{% macro utc_of_local(timestamp, time_zone) -%}
    {{ adapter.dispatch('utc_of_local')(timestamp, time_zone) }}
{%- endmacro %}


{% macro duckdb__utc_of_local(timestamp, time_zone) -%}
    {{ utc_of_instant(timestamp ~ " at time zone '" ~ time_zone ~ "'") }}
{%- endmacro %}


{% macro spark__utc_of_local(timestamp, time_zone) -%}
    {%- set first = "to_utc_timestamp(" ~ timestamp ~ ", '" ~ time_zone ~ "')" -%}
    cast(case
        when from_utc_timestamp({{ first }} + interval 1 hour, '{{ time_zone }}') = {{ timestamp }} then {{ first }} + interval 1 hour
        else {{ first }}
    end as timestamp)
{%- endmacro %}


{#- By way of a number, because it takes a third of the time that "at time zone 'UTC'" does. -#}
{% macro utc_of_instant(instant) -%}
    {{ adapter.dispatch('utc_of_instant')(instant) }}
{%- endmacro %}


{% macro duckdb__utc_of_instant(instant) -%}
    make_timestamp(epoch_us({{ instant }}))
{%- endmacro %}


{% macro spark__utc_of_instant(instant) -%}
    cast({{ instant }} as timestamp)
{%- endmacro %}


{#- `time_zone` is SQL: a quoted name or a column. By way of a number here too, for a tenth of the time. -#}
{% macro local_of_utc(timestamp, time_zone) -%}
    {{ adapter.dispatch('local_of_utc')(timestamp, time_zone) }}
{%- endmacro %}


{#- A zone of a column is looked up for each row, which takes ten times as long as one that the SQL names. -#}
{% macro duckdb__local_of_utc(timestamp, time_zone) -%}
    {%- set instant = 'make_timestamptz(epoch_us(' ~ timestamp ~ '))' -%}
    case {{ time_zone }}
        {%- for zone in var('time_zones') %}
        when '{{ zone }}' then {{ instant }} at time zone '{{ zone }}'
        {%- endfor %}
        else {{ instant }} at time zone {{ time_zone }}
    end
{%- endmacro %}


{% macro spark__local_of_utc(timestamp, time_zone) -%}
    cast(from_utc_timestamp({{ timestamp }}, {{ time_zone }}) as timestamp)
{%- endmacro %}


{% macro local_day(timestamp, time_zone) -%}
    cast({{ local_of_utc(timestamp, time_zone) }} as date)
{%- endmacro %}


{% macro days_between(from_on, to_on) -%}
    {{ adapter.dispatch('days_between')(from_on, to_on) }}
{%- endmacro %}


{% macro duckdb__days_between(from_on, to_on) -%}
    date_diff('day', {{ from_on }}, {{ to_on }})
{%- endmacro %}


{% macro spark__days_between(from_on, to_on) -%}
    date_diff('day', cast({{ from_on }} as date), cast({{ to_on }} as date))
{%- endmacro %}
