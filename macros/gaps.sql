{#- Records of a mart that leave a field out, or state it beyond what is usual, and the documents they are of:
    for each of `gaps`, a pair of field and gap that seed field_gaps explains. Of several fields one is enough. -#}
{% macro gaps_counted(mart, document, gaps) -%}
    {%- for field, gap in gaps %}
    {%- set found = [] %}
    {%- for column in field.split(', ') %}
        {%- set column = 'mart.' ~ column %}
        {%- do found.append({
            'missing': column ~ ' is null',
            'unknown': column ~ ' = gaps.bound',
            'zero': column ~ ' = cast(gaps.bound as integer)',
            'above': column ~ ' > cast(gaps.bound as integer)',
        }[gap]) %}
    {%- endfor %}
    {%- set is_gap = found | join(' or ') %}
    select
        mart.source_system,
        gaps.mart_name,
        gaps.field,
        gaps.gap,
        gaps.meaning,
        count(*) as records,
        count(*) filter (where {{ is_gap }}) as gap_records,
        count(distinct case when {{ is_gap }} then mart.{{ document }} end) as gap_documents
    from {{ ref(mart) }} as mart
    inner join {{ ref('field_gaps') }} as gaps
        on gaps.mart_name = '{{ mart }}'
        and gaps.field = '{{ field }}'
        and gaps.gap = '{{ gap }}'
    group by mart.source_system, gaps.mart_name, gaps.field, gaps.gap, gaps.meaning
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
