{#- The records of one canonical entity, of every source that supplies it (`sources_of` in dbt_project.yml).
    Columns meet by name: one that a source does not supply is null. `also` names columns, with their
    types, that the contract of cdps does not have but other sources may bring. -#}
{% macro union_sources(entity, also={}) -%}
    {%- for source in var('sources_of')[entity] %}
select *
from {{ ref('stg_' ~ source ~ '__' ~ entity) }}
        {%- if not loop.last %}
union all by name
        {%- endif %}
    {%- endfor %}
    {%- if also %}
union all by name
select
        {%- for column, data_type in also.items() %}
    cast(null as {{ data_type }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
where false
    {%- endif %}
{%- endmacro %}


{#- The rows of several relations, whose columns meet by name: one that a relation does not have is null. -#}
{% macro union_by_name(relations) -%}
    {%- for relation in relations %}
select * from {{ relation }}
        {%- if not loop.last %}
union all by name
        {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#- How many rows each source has in each of these marts. A mart without any row stays, as a row of no source. -#}
{% macro rows_by_source(marts) -%}
    {%- for mart in marts %}
    select
        source_system,
        '{{ mart }}' as mart_name,
        count(*) as row_count
    from {{ ref(mart) }}
    group by source_system
    union all
    select
        cast(null as varchar) as source_system,
        '{{ mart }}' as mart_name,
        0 as row_count
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
