{#- How every risk indicator is brought to the same columns: one row per item with its outcome, score and evidence. A
    model defines `judged` (item_key, is_applicable, is_hit, and for hits score and evidence) and ends with the
    first macro. What is met scores a millionth at least, so that it can be told by its score. -#}

{% macro risk_indicator(name) -%}
select
    item_key,
    '{{ name }}' as indicator,
    case
        when is_applicable is not true then 'not_applicable'
        when is_hit then 'hit'
        else 'miss'
    end as outcome,
    case
        when is_applicable is not true then null
        when is_hit then greatest(cast(round(score, 6) as double), 0.000001)
        else 0.0
    end as score,
    case when is_applicable and is_hit then evidence end as evidence
from judged
{%- endmacro %}


{#- The parameters of an indicator (seed risk_indicator_parameters) as columns of one row. -#}
{% macro indicator_parameters(name, parameters) -%}
    select
        {%- for parameter in parameters %}
        max(case when parameter = '{{ parameter }}' then amount end) as {{ parameter }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('risk_indicator_parameters') }}
    where indicator = '{{ name }}'
{%- endmacro %}


{#- The rows of all indicators that are built (`risk_indicators_built` in dbt_project.yml), but those of a miss: three
    of four say nothing else. -#}
{% macro union_risk_indicators() -%}
    {%- for name in var('risk_indicators_built') %}
select * from {{ ref('int_risk_indicator__' ~ name) }}
where outcome <> 'miss'
        {%- if not loop.last %}
union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#- Who answers for the declaration: whoever trades, not whoever types. -#}
{% macro trader_id(declarations) -%}
    case {{ declarations }}.regime
        when 'import' then {{ declarations }}.importer_id
        when 'export' then {{ declarations }}.exporter_id
        else {{ declarations }}.declarant_id
    end
{%- endmacro %}


{#- A number that stands for a row inside one build. It differs from build to build: never shown, never sorted by. -#}
{% macro row_key() -%}
    {{ adapter.dispatch('row_key')() }}
{%- endmacro %}


{#- The same for the rows that a build which goes on adds: none that is kept has it. -#}
{% macro next_row_key(column) -%}
    {{ row_key() }}
    {%- if is_incremental() %} + (select coalesce(max({{ column }}), 0) from {{ this }}){% endif %}
{%- endmacro %}


{% macro duckdb__row_key() -%}
    row_number() over ()
{%- endmacro %}


{% macro spark__row_key() -%}
    monotonically_increasing_id()
{%- endmacro %}


{#- Sentences put one after the other, the one of the most points first. -#}
{% macro joined_by_points(sentence, points, name) -%}
    string_agg({{ sentence }}, '; ' order by {{ points }} desc, {{ name }} asc)
{%- endmacro %}


{#- A day some days earlier or later. -#}
{% macro days_later(day, days) -%}
    {{ adapter.dispatch('days_later')(day, days) }}
{%- endmacro %}


{% macro duckdb__days_later(day, days) -%}
    cast({{ day }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}


{% macro spark__days_later(day, days) -%}
    cast({{ day }} + make_dt_interval(cast({{ days }} as integer)) as date)
{%- endmacro %}


{#- A number as text, for a sentence: as few digits as say it. -#}
{% macro said(number, digits=0) -%}
    {%- if digits == 0 -%}
    cast(cast(round({{ number }}, 0) as bigint) as varchar)
    {%- else -%}
    cast(cast({{ number }} as decimal(18, {{ digits }})) as varchar)
    {%- endif -%}
{%- endmacro %}


{#- Orders equals without favour: by nothing that office, time or trader decide. -#}
{% macro neutral_order(column) -%}
    md5({{ column }})
{%- endmacro %}


{#- Aggregate: the median. It and the deviation, which stand side by side, look at one list of the values: two states of the
    engine's own took 6.4 GB for ten million items, the list 4.4. -#}
{% macro median_of(measure) -%}
    {{ adapter.dispatch('median_of')(measure) }}
{%- endmacro %}


{% macro duckdb__median_of(measure) -%}
    list_aggregate(list({{ measure }}), 'median')
{%- endmacro %}


{% macro spark__median_of(measure) -%}
    median({{ measure }})
{%- endmacro %}


{#- Median of the distances from the median. -#}
{% macro median_deviation_of(measure) -%}
    {{ adapter.dispatch('median_deviation_of')(measure) }}
{%- endmacro %}


{% macro duckdb__median_deviation_of(measure) -%}
    list_aggregate(list({{ measure }}), 'mad')
{%- endmacro %}


{% macro spark__median_deviation_of(measure) -%}
    transform(
        array(array_sort(transform(collect_list({{ measure }}), one -> abs(one - median({{ measure }}))))),
        far -> case
            when size(far) > 0
                then (element_at(far, cast((size(far) + 1) // 2 as integer)) + element_at(far, cast(size(far) // 2 + 1 as integer))) / 2
        end
    )[1]
{%- endmacro %}


{#- Whether values differ at all, by their median deviation: what a computer adds to values that are all alike, 1e-16, is
    none. It would make any difference a great one, and is 0 on another engine. -#}
{% macro is_spread(deviation) -%}
    {{ deviation }} > 0.000000001
{%- endmacro %}


{#- How many standard deviations from the median, if the bulk is normal: 1.4826 is what makes the median deviation of a
    normal distribution its standard deviation. Null where all of the reference are alike. -#}
{% macro robust_z(measure, median, deviation) -%}
    ({{ measure }} - {{ median }}) / case when {{ is_spread(deviation) }} then 1.4826 * {{ deviation }} end
{%- endmacro %}


{#- The parameters of KPI REV03 as columns of one row: the indicator of low values looks at the same references. -#}
{% macro unit_value_parameters() -%}
    select
        {%- for parameter in ['reference_months', 'least_items', 'least_importers', 'below_z', 'below_ratio'] %}
        max(case when parameter = '{{ parameter }}' then amount end) as {{ parameter }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('kpi_parameters') }}
    where kpi_code = 'REV03'
{%- endmacro %}


{#- Logarithm of one amount per other; null where either is not above zero. -#}
{% macro log_ratio(amount, per) -%}
    case when {{ amount }} > 0 and {{ per }} > 0 then ln({{ amount }} / {{ per }}) end
{%- endmacro %}


{#- A sum over the days of `partition` before the day of the row: 0 on its first. -#}
{% macro sum_before(measure, partition, day) -%}
    coalesce(sum({{ measure }}) over (
        partition by {{ partition }} order by {{ day }} asc
        range between unbounded preceding and interval 1 day preceding
    ), 0)
{%- endmacro %}


{#- Hour of the day on the clock of the place, 0 to 23. -#}
{% macro local_hour(timestamp, time_zone) -%}
    extract('hour' from {{ local_of_utc(timestamp, time_zone) }})
{%- endmacro %}


{#- The digit of an indicator in a number to the base of two that tells of all of them. -#}
{% macro digit_of(name) -%}
    {{ 2 ** var('risk_indicators_built').index(name) }}
{%- endmacro %}


{#- Which indicators do not apply, as one number: the sum of their digits. -#}
{% macro indicators_silent(indicator, outcome) -%}
    sum(case
        {%- for name in var('risk_indicators_built') %}
        when {{ outcome }} = 'not_applicable' and {{ indicator }} = '{{ name }}' then {{ digit_of(name) }}
        {%- endfor %}
        else 0
    end)
{%- endmacro %}


{#- Medians of like goods, by level; a column that a level leaves open is null. -#}
{% macro unit_value_references(levels) -%}
{%- for level, columns in levels.items() %}
select
    source_system,
    for_month_on as month_on,
    hs6,
    {%- for column in ['country_origin', 'transport_mode'] %}
    {{ column if column in columns else 'cast(null as varchar) as ' ~ column }},
    {%- endfor %}
    '{{ level }}' as reference_level,
    count(*) as reference_items,
    count(distinct trader_id) as reference_importers,
    {{ median_of('log_unit_value') }} as median_log,
    {{ median_deviation_of('log_unit_value') }} as deviation_log
from known_before
group by
    source_system,
    for_month_on,
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    hs6
having
    count(*) >= max(least_items)
    and count(distinct trader_id) >= max(least_importers)
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
