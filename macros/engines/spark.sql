{#- What dbt asks of Spark. Every model is a table, made anew: nothing is merged, and a view would be computed for each of
    its readers. -#}
{% materialization view, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}


{% materialization mined, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}


{% materialization incremental, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}


{#- What stands after the mark is written for DuckDB, and translated by crw/spark.py. A contract is kept by a cast to its
    types: a column that is missing is an error. -#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
create table {{ relation }} using parquet as
/* written for duckdb */
{%- if config.get('contract').enforced %}
select
    {%- for column in model.columns.values() %}
    cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
from (
{{ compiled_code }}
)
{%- else %}
{{ compiled_code }}
{%- endif %}
{%- endmacro %}


{#- Staging has a database of its own on DuckDB. Spark has none above its schemas. -#}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {{ return(adapter.dispatch('generate_database_name')(custom_database_name, node)) }}
{%- endmacro %}


{% macro spark__generate_database_name(custom_database_name, node) -%}
    {{ return(none) }}
{%- endmacro %}


{#- A seed in one statement. dbt-spark would insert its rows as they are, and break on a quote. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do types.append(model.config.column_types.get(name, adapter.convert_type(agate_table, loop.index0))) -%}
    {%- endfor -%}
    {%- call statement('_') %}
create table {{ this }} using parquet as
/* written for duckdb */
select
    {%- for name in agate_table.column_names %}
    cast({{ name }} as {{ types[loop.index0] }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from (values
    {%- for row in agate_table.rows %}
    ({%- for value in row -%}
        {{ 'null' if value is none else "'" ~ (value | string | replace("'", "''")) ~ "'" }}{{ ', ' if not loop.last }}
    {%- endfor -%}){{ ',' if not loop.last }}
    {%- endfor %}
) as seed ({{ agate_table.column_names | join(', ') }})
    {%- endcall -%}
{%- endmacro %}


{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return('select 1') }}
{%- endmacro %}
