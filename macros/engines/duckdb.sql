{#- What dbt asks of DuckDB. A table or view is made under its own name at once, where dbt-duckdb would make it under
    another, move the old one away, rename and drop: nobody reads while a build goes on, and a failure rolls back. On a
    small home that is a sixth of a build (docs/decisions/0014). -#}
{% materialization table, adapter='duckdb' %}
    {{ return(made_in_place('table')) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{ return(made_in_place('view')) }}
{% endmaterialization %}


{#- What candidates are mined from is of whole months: between them it stands, unless int_mining_due says otherwise. -#}
{% materialization mined, adapter='duckdb' %}
    {%- set due = this.incorporate(path={'identifier': 'int_mining_due'}) %}
    {%- set stands = load_cached_relation(this) is not none and not should_full_refresh() %}
    {%- if stands and not run_query('select bool_or(is_due) from ' ~ due).rows[0][0] %}
        {% call noop_statement('main', 'STANDS') %}{% endcall %}
        {{ return({'relations': [this]}) }}
    {%- endif %}
    {{ return(made_in_place('table')) }}
{% endmaterialization %}


{% macro made_in_place(kind) -%}
    {%- set old = load_cached_relation(this) -%}
    {%- set new = this.incorporate(type=kind) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') %}
        {%- if old is not none %}
drop {{ old.type }} {{ old }};
        {%- endif %}
        {{ create_table_as(false, new, sql) if kind == 'table' else create_view_as(new, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [new]}) }}
{%- endmacro %}
