{#- The records that inspections leave behind, by what they are kept of. `same_goods` is all that a declaration says of the
    goods themselves: what was found once in them is what the next inspection of them finds. -#}
{% macro records_kept() -%}
    {{ return({
        'trader': ['trader_id'],
        'declarant': ['declarant_id'],
        'partner': ['partner_id'],
        'trader_goods': ['trader_id', 'heading'],
        'trader_origin': ['trader_id', 'country_origin'],
        'goods_from': ['commodity', 'country_origin'],
        'goods_route': ['chapter', 'country_dispatch', 'country_origin', 'transport_mode'],
        'same_goods': [
            'commodity', 'country_dispatch', 'country_origin', 'tax_rate_percent', 'preference_code', 'log_net_mass'
        ],
    }) }}
{%- endmacro %}


{#- One number for the values of columns; null where the first of them is. Two keys that collide are one in 10^13. -#}
{% macro record_key(columns) -%}
    case when {{ columns[0] }} is not null then hash({{ columns | join(', ') }}) end
{%- endmacro %}


{#- The row of `known` with the latest `known_on` before the day of `items`, or none. -#}
{% macro asof_before(known, name, key, day) -%}
asof left join {{ known }} as {{ name }}
    on items.source_system = {{ name }}.source_system
    and {{ key }} = {{ name }}.record_key
    and {{ day }} > {{ name }}.known_on
{%- endmacro %}


{#- A text with a value in the place of {value}. -#}
{% macro filled_in(words, value) -%}
    replace({{ words }}, '{value}', {{ value }})
{%- endmacro %}
