{#- Unit tests ask for the columns of a source, and a source of ours is no relation but a call to
    read_parquet, which dbt-duckdb does not know there. So the files are asked; that the path agrees with
    the sources YAML shows at once, because else every unit test of staging fails. -#}
{% macro duckdb__get_columns_in_relation(relation) -%}
    {%- set rows = relation.render() -%}
    {%- if relation.schema and relation.schema != target.schema -%}
        {%- set files = 'build/inputs' if relation.schema == 'crw'
            else 'raw/' ~ relation.schema ~ '/' ~ relation.identifier ~ '/part/batch=_empty' -%}
        {%- set name = relation.identifier if relation.schema == 'crw' else 'part' -%}
        {%- set rows = "read_parquet('" ~ env_var('CRW_HOME') ~ '/' ~ files ~ '/' ~ name ~ ".parquet')" -%}
    {%- endif -%}
    {% call statement('get_columns_in_relation', fetch_result=True) %}
        select
            column_name,
            column_type as data_type,
            cast(null as bigint) as character_maximum_length,
            cast(null as bigint) as numeric_precision,
            cast(null as bigint) as numeric_scale
        from (describe from {{ rows }})
    {% endcall %}
    {{ return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) }}
{%- endmacro %}
