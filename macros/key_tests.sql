{#- Generic tests on keys of several columns. Both return the keys that are wrong, each once. -#}

{#- The columns name one row each, and none of them is missing but those that may be. -#}
{% test is_key(model, columns, nullable=[]) %}
    {%- set required = columns | reject('in', nullable) | list %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1{% for column in required %} or {{ column }} is null{% endfor %}
{% endtest %}


{#- Every row that names something finds it in `to`. A row that leaves a column empty names nothing. -#}
{% test refers_to(model, columns, to, to_columns) %}
    select distinct
        {% for column in columns %}named.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ model }} as named
    where
        {% for column in columns %}named.{{ column }} is not null and {% endfor -%}
        not exists (
            select 1
            from {{ to }} as found
            where {% for column in columns %}found.{{ to_columns[loop.index0] }} = named.{{ column }}
                {{- ' and ' if not loop.last }}{% endfor %}
        )
{% endtest %}
