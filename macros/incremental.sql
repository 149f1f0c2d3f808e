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
    select * exclude (record_outcome) from {{ this }} as earlier
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
