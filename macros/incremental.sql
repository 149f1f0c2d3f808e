{#- How staging touches only what changed. A record is judged once: when its batch is new, was delivered once more after
    others (its place in the order of arrival is another one then), or when the parent it lacked has come. What it
    meets of its own key is settled anew. A batch that goes, or a contract that changes, is no matter of these
    macros: `crw build` starts from nothing then. -#}

{#- The batches of an entity to read. -#}
{% macro batches_due(source_system, entity, parents={}) -%}
    select
        batches.batch,
        batches.place
        {%- if is_incremental() %},
        known.batch is null as is_new
        {%- endif %}
    from {{ source('crw', 'batches') }} as batches
    {%- if is_incremental() %}
    left join (
        select distinct
            _batch as batch,
            {{ place_of('_arrival') }} as place
        from {{ this }}
    ) as known
        on batches.batch = known.batch
        and batches.place = known.place
    {%- endif %}
    where
        batches.source = '{{ source_system }}'
        and batches.entity = '{{ entity }}'
    {%- if is_incremental() %}
        and (
            known.batch is null
            {%- for parent, keys in parents.items() %}
            or batches.batch in (select _batch from ({{ orphans_met(source_system, parent, keys) }}))
            {%- endfor %}
        )
    {%- endif %}
{%- endmacro %}


{#- Of these batches, the records to read. -#}
{% macro only_records_due(source_system, parents) -%}
    {%- if is_incremental() %}
    where
        batches.is_new
        {%- for parent, keys in parents.items() %}
        or exists (
            select 1 from ({{ orphans_met(source_system, parent, keys) }}) as met
            where
                records._batch = met._batch
                and records._record = met._record
        )
        {%- endfor %}
    {%- endif %}
{%- endmacro %}


{#- Records that were refused for want of a parent that is there now. -#}
{% macro orphans_met(source_system, parent, keys) -%}
    select
        orphans._batch,
        orphans._record
    from {{ this }} as orphans
    inner join {{ ref('base_' ~ source_system ~ '__' ~ parent) }} as parents
        on parents.record_outcome = 'accepted'
        {%- for key in keys %}
        and orphans.{{ key }} = parents.{{ key }}
        {%- endfor %}
    where orphans.reasons like '%{{ no_parent(parent, keys) }}%'
{%- endmacro %}


{#- The records judged now, with those judged before that have the key of one of them. -#}
{% macro with_earlier_records(judged, keys) -%}
    select * from {{ judged }}
    {%- if is_incremental() %}
    union all by name
    select * exclude (record_outcome, _settled_in) from {{ this }} as earlier
    where
        exists (
            select 1 from {{ judged }} as later
            where
                {%- for key in keys %}
                earlier.{{ key }} is not distinct from later.{{ key }}
                {{- ' and' if not loop.last }}
                {%- endfor %}
        )
        and not exists (
            select 1 from {{ judged }} as later
            where
                earlier._batch = later._batch
                and earlier._record = later._record
        )
    {%- endif %}
{%- endmacro %}


{#- How models after staging touch only what changed: the declarations, or filings, of which a record was settled in this
    run are due, and all their rows are made anew. A model may do so if a row of it hangs on its own declaration alone. -#}

{#- The keys that are due, once each: those that a record of this run tells of, with all that a thing was told of before;
    and all of a source that only now begins to tell of them with some entity, since "not told" and "not so" differ.
    After a build in full nobody asks. -#}
{% macro keys_due(key, things) -%}
    {%- for source_system in var('sources_of')[things] if source_system not in var('told_by')[key] %}
        {{ exceptions.raise_compiler_error(
            source_system ~ ' is in sources_of.' ~ things ~ ' of dbt_project.yml and not in told_by.' ~ key
            ~ ': name there its entities that tell of ' ~ things ~ ', else what it brings later is not seen'
        ) }}
    {%- endfor %}
    {%- if execute and not is_incremental() %}
select
    cast(null as varchar) as source_system,
    cast(null as varchar) as {{ key }}
where false
    {%- else %}
        {%- for source_system in var('told_by')[key] %}
            {%- set entities = var('told_by')[key][source_system] %}
            {%- for entity in entities %}
                {%- set columns = entities[entity] %}
                {%- set base = ref('base_' ~ source_system ~ '__' ~ entity) %}
select
    '{{ source_system }}' as source_system,
    {{ columns[0] }} as {{ key }}
from {{ base }}
where
    {{ columns[0] }} is not null
    and {{ columns[1] }} in (
        select settled.{{ columns[1] }} from {{ base }} as settled
        where settled._settled_in = '{{ this_run() }}'
    )
union
select
    source_system,
    {{ key }}
from {{ ref('int_' ~ things ~ '_unioned') }}
where
    source_system = '{{ source_system }}'
    and (
        select bool_and(_settled_in = '{{ this_run() }}') from {{ base }}
        where
            record_outcome = 'accepted'
            and {{ columns[0] }} is not null
    )
                {%- if not loop.last %}
union
                {%- endif %}
            {%- endfor %}
            {%- if not loop.last %}
union
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}


{#- What looks at other declarations too, and only at what was known by its day, is made anew from the first day on of which
    something else is known: the items, or rows of another relation with their day, of that day and all later ones. Where
    the day of reference decides which items there are at all, those that are missing too. -#}
{% macro items_due(relation='int_risk_items', missing=false) -%}
    select items.*
    from {{ ref(relation) }} as items
    left join {{ ref('int_days_due') }} as days
        on items.source_system = days.source_system
    where
        coalesce(items.accepted_on >= days.from_on, true)
        {%- if missing and is_incremental() %}
        or items.item_key not in (select kept.item_key from {{ this }} as kept)
        {%- endif %}
{%- endmacro %}


{#- Aggregate: one number that tells whether any of the rows is another one. -#}
{% macro checksum_of(columns) -%}
    {{ adapter.dispatch('checksum_of')(columns) }}
{%- endmacro %}


{% macro duckdb__checksum_of(columns) -%}
    sum(hash({{ columns | join(', ') }}))
{%- endmacro %}


{% macro spark__checksum_of(columns) -%}
    sum(cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0)))
{%- endmacro %}


{% macro this_run() -%}
    {{ invocation_id }}
{%- endmacro %}


{#- Only the rows of a relation that are due, where a build goes on; all in a build in full. (When dbt reads the project
    it does not know yet, and must see every `ref`.) -#}
{% macro only_due(relation, key='declaration_id') -%}
    {%- if is_incremental() or not execute %}
    inner join {{ due_of(key) }} as due
        on {{ relation }}.source_system = due.source_system
        and {{ relation }}.{{ key }} = due.{{ key }}
    {%- endif %}
{%- endmacro %}


{#- Which model says what is due. -#}
{% macro due_of(key) -%}
    {{ ref({'declaration_id': 'int_declarations_due', 'house_document_id': 'int_filings_due'}[key]) }}
{%- endmacro %}


{#- The rows of what is due go, and come as they are now: of a declaration or filing, of a day or month and all after it, or
    of items accepted on such a day or no longer there. Of a model without a key all rows do. -#}
{% macro get_incremental_made_anew_sql(arguments) -%}
    {%- set target, key = arguments['target_relation'], arguments['unique_key'] %}
delete from {{ target }} as kept
    {%- if key == 'item_key' %}
where not exists (
    select 1 from {{ ref(config.get('meta', {}).get('items_of', 'int_risk_items')) }} as items
    inner join {{ ref('int_days_due') }} as days
        on items.source_system = days.source_system
    where
        items.item_key = kept.item_key
        and items.accepted_on < days.from_on
)
    {%- elif key in ('accepted_on', 'month_on') %}
using {{ ref(config.get('meta', {}).get('days_of', 'int_days_due')) }} as days
where
    kept.source_system = days.source_system
    and kept.{{ key }} >= {{ first_of('month', 'days.from_on') if key == 'month_on' else 'days.from_on' }}
    {%- elif key %}
using {{ due_of(key) }} as due
where
    kept.source_system = due.source_system
    and kept.{{ key }} = due.{{ key }}
    {%- endif %};
{{ get_insert_into_sql(target, arguments['temp_relation'], arguments['dest_columns']) }}
{%- endmacro %}
