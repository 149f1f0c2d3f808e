{#- How staging judges a record: each macro is one sentence of the contract. A reason names the field
    and what is wrong with it, never the value: reasons are shown to people who may not see values. -#}

{#- Null, or the first thing wrong with a field: 'net_mass_kg: below 0'. -#}
{% macro broken(column, data_type='varchar', required=false, allowed=[], pattern=none, min=none, max=none,
                not_before=none, time_zone='UTC') -%}
    {%- set value = as_type(column, data_type, time_zone) -%}
    {%- set field = column | replace('"', '') | replace("'", "''") -%}
    case
        when {{ as_text(column) }} is null then {% if required %}'{{ field }}: missing'{% else %}null{% endif %}
        {%- if data_type != 'varchar' %}
        when {{ unreadable(column, data_type) }} then '{{ field }}: not {{ article(data_type) }}'
        {%- endif %}
        {%- if allowed %}
        when {{ value }} not in ({{ literals(allowed, data_type) }}) then '{{ field }}: not an allowed value'
        {%- endif %}
        {%- if pattern is not none %}
        when not {{ matches(column, pattern) }} then '{{ field }}: not in the form required'
        {%- endif %}
        {%- if min is not none %}
        when {{ value }} < {{ min }} then '{{ field }}: below {{ min }}'
        {%- endif %}
        {%- if max is not none %}
        when {{ value }} > {{ max }} then '{{ field }}: above {{ max }}'
        {%- endif %}
        {%- if not_before is not none %}
        when {{ value }} < {{ as_type(not_before, data_type, time_zone) }} then '{{ field }}: before {{ not_before }}'
        {%- endif %}
    end
{%- endmacro %}


{#- Null, or that the record it belongs to was not accepted. -#}
{% macro orphaned(is_orphan, parent, columns) -%}
    case
        when {{ is_orphan }} then '{{ no_parent(parent, columns) }}'
    end
{%- endmacro %}


{% macro no_parent(parent, columns) -%}
    {{ columns | join(", ") }}: no accepted {{ parent }} with this {{ columns | join(", ") }}
{%- endmacro %}


{#- Everything wrong with a record as one text, null where nothing is. -#}
{% macro reasons(found) -%}
    nullif(concat_ws('; ', {{ found | join(', ') }}), '')
{%- endmacro %}


{#- One row for each reason of a record. -#}
{% macro each_reason(column) -%}
    unnest(string_split({{ column }}, '; '))
{%- endmacro %}


{#- Which of two records came later: that of the later delivery, in one delivery the later in the file.
    One number compares faster than a pair, and leaves room for 9 million deliveries of a trillion records. -#}
{% macro arrival(place, record) -%}
    {{ place }} * 1000000000000 + {{ record }}
{%- endmacro %}


{#- The place of its batch in the order of arrival. -#}
{% macro place_of(arrival) -%}
    {{ arrival }} // 1000000000000
{%- endmacro %}


{% macro article(data_type) -%}
    {%- set name = data_type.split('(')[0] -%}
    {{ 'an ' if name[0] in 'aeiou' else 'a ' }}{{ name }}
{%- endmacro %}


{% macro literals(values, data_type) -%}
    {%- if data_type == 'varchar' %}'{{ values | join("', '") }}'{% else %}{{ values | join(', ') }}{% endif %}
{%- endmacro %}
