{#- How every KPI is brought from counted units to its rows: one per source, period and scope, with identical
    columns. A model defines `counted` (source_system, counted_on, the columns of its scopes, and what its kind
    needs) and ends with one of the macros below. -#}

{#- The column of `counted` behind a scope of the registry: its own name, where no other is given here. -#}
{% macro kpi_scope_column(scope) -%}
    {{ {'office': 'office_code', 'category': 'category_code'}.get(scope, scope) }}
{%- endmacro %}


{#- A constant of a KPI: one value, from its seed. -#}
{% macro kpi_parameter(code, parameter) -%}
    (
        select parameters.amount from {{ ref('kpi_parameters') }} as parameters
        where parameters.kpi_code = '{{ code }}' and parameters.parameter = '{{ parameter }}'
    )
{%- endmacro %}


{#- The grains as rows; unit tests look at months alone. -#}
{% macro kpi_grains() -%}
    (
        {%- for grain in var('kpi_grains') %}
        select '{{ grain }}' as period_grain{{ ' union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- First day of the period of a grain that a day falls into. -#}
{% macro period_start(grain, day) -%}
    case {{ grain }}
        when 'month' then {{ first_of('month', day) }}
        when 'quarter' then {{ first_of('quarter', day) }}
        when 'year' then {{ first_of('year', day) }}
    end
{%- endmacro %}


{#- First day of the period that lies `steps` periods later. -#}
{% macro period_later(grain, start, steps=1) -%}
    cast(case {{ grain }}
        when 'month' then {{ start }} + interval {{ steps }} month
        when 'quarter' then {{ start }} + interval {{ 3 * steps }} month
        when 'year' then {{ start }} + interval {{ steps }} year
    end as date)
{%- endmacro %}


{#- Limits of the 95 % Wilson interval of a share, as a share. They stay inside 0 and 1 and are never empty, also
    where nothing or everything is a hit. 1.959963984540054 is the 97.5 % point of the normal distribution. -#}
{% macro wilson_lower(hits, trials) -%}
    {{ _wilson(hits, trials, '-', '0', '0.0') }}
{%- endmacro %}


{% macro wilson_upper(hits, trials) -%}
    {{ _wilson(hits, trials, '+', trials, '1.0') }}
{%- endmacro %}


{#- At the edge the limit is the edge itself, which rounding would miss by a hair. -#}
{% macro _wilson(hits, trials, side, edge_hits, edge) -%}
    {%- set z2 = '(1.959963984540054 * 1.959963984540054)' -%}
    case
        when {{ trials }} > 0 and {{ hits }} = {{ edge_hits }} then {{ edge }}
        when {{ trials }} > 0
            then (
                {{ hits }} + {{ z2 }} / 2
                {{ side }} 1.959963984540054
                * sqrt({{ hits }} * ({{ trials }} - {{ hits }}) / {{ trials }} + {{ z2 }} / 4)
            ) / ({{ trials }} + {{ z2 }})
    end
{%- endmacro %}


{#- Shares of whole cases, with Wilson intervals: `counted` has numerator and denominator, 0 or 1 a row. `scale` is
    100 for percent. -#}
{% macro kpi_proportion(code, scopes, scale=100, version=1) -%}
    {{ _kpi_sums(scopes) }}

{{ kpi_proportion_of_sums(code, version, scale) }}
{%- endmacro %}


{#- The same where the model sums by itself, because the end of the period decides what counts. -#}
{% macro kpi_proportion_of_sums(code, version=1, scale=100) -%}
select
    {{ _kpi_keys(code, version) }},
    numerator,
    denominator,
    {{ scale }} * numerator / nullif(denominator, 0) as value,
    {{ scale }} * {{ wilson_lower('numerator', 'denominator') }} as lower,
    {{ scale }} * {{ wilson_upper('numerator', 'denominator') }} as upper,
    {{ _kpi_reason() }}
from summed
where scope_value is not null
{%- endmacro %}


{#- One sum over another, which are no cases (money, hours): no interval. -#}
{% macro kpi_ratio(code, scopes, scale=100, version=1) -%}
    {{ _kpi_sums(scopes) }}

select
    {{ _kpi_keys(code, version) }},
    numerator,
    denominator,
    {{ scale }} * numerator / nullif(denominator, 0) as value,
    cast(null as double) as lower,
    cast(null as double) as upper,
    {{ _kpi_reason() }}
from summed
where scope_value is not null
{%- endmacro %}


{#- What a method of its own has estimated: `estimated` has the columns of a KPI row, of periods and scopes that bear
    an estimate. A figure may be missing where its limits are known; then the reason says so. -#}
{% macro kpi_estimate(code, scopes=['all'], version=1) -%}
select
    {{ _kpi_keys(code, version) }},
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    cast(value as double) as value,
    cast(lower as double) as lower,
    cast(upper as double) as upper,
    cast(reason as varchar) as reason
from estimated
where scope_type in ('{{ scopes | join("', '") }}')
{%- endmacro %}


{#- A part estimated of a whole that is known: noise may carry it past the whole, the truth cannot be there. -#}
{% macro percent_at_most_all(part, whole) -%}
    case when {{ part }} is not null then 100 * least({{ part }}, {{ whole }}) / nullif({{ whole }}, 0) end
{%- endmacro %}


{#- Distinct units: one that stands in several categories counts once in each, once in all. `counted` has unit_id. -#}
{% macro kpi_count(code, scopes, only_where='true', version=1) -%}
    {{ _kpi_over('counted', scopes, {'numerator': 'cast(count(distinct unit_id) as double)'}) }}

select
    {{ _kpi_keys(code, version) }},
    numerator,
    cast(null as double) as denominator,
    numerator as value,
    cast(null as double) as lower,
    cast(null as double) as upper,
    cast(null as varchar) as reason
from summed
where
    scope_value is not null
    and ({{ only_where }})
{%- endmacro %}


{#- A median or percentile of a measure; the denominator is the number of cases. `counted` has measure. Where all that is
    known of a period are cases without a measure, `no_case` says so. -#}
{% macro kpi_quantile(code, scopes, share=0.5, version=1, no_case='No case in the period') -%}
    {{ _kpi_over('counted', scopes, {
        'denominator': 'cast(count(measure) as double)',
        'value': quantile_of('cast(measure as double)', share),
    }) }}

select
    {{ _kpi_keys(code, version) }},
    cast(null as double) as numerator,
    denominator,
    value,
    cast(null as double) as lower,
    cast(null as double) as upper,
    {{ _kpi_reason(no_case) }}
from summed
where scope_value is not null
{%- endmacro %}


{#- Additive: months of a scope combination first, so that the spreading touches thousands of rows, not millions. -#}
{% macro _kpi_sums(scopes) -%}
,

cells as (
    select
        source_system,
        {{ first_of('month', 'counted_on') }} as counted_on,
        {%- for scope in scopes if scope != 'all' %}
        {{ kpi_scope_column(scope) }},
        {%- endfor %}
        sum(cast(numerator as double)) as numerator,
        sum(cast(denominator as double)) as denominator
    from counted
    where counted_on is not null and numerator is not null and denominator is not null
    group by
        source_system,
        {{ first_of('month', 'counted_on') }}
        {%- for scope in scopes if scope != 'all' %},
        {{ kpi_scope_column(scope) }}
        {%- endfor %}
)
    {{- _kpi_over('cells', scopes, {'numerator': 'sum(numerator)', 'denominator': 'sum(denominator)'}) }}
{%- endmacro %}


{#- Units of `relation` over periods and scopes: a unit is in each grain once, and in each scope once. -#}
{% macro _kpi_over(relation, scopes, measures) -%}
,

in_periods as (
    select
        {{ relation }}.*,
        grains.period_grain,
        {{ period_start('grains.period_grain', relation ~ '.counted_on') }} as period_start,
        scopes.scope_type,
        case scopes.scope_type
            {%- for scope in scopes if scope != 'all' %}
            when '{{ scope }}' then {{ relation }}.{{ kpi_scope_column(scope) }}
            {%- endfor %}
            when 'all' then 'all'
        end as scope_value
    from {{ relation }}
    cross join {{ kpi_grains() }} as grains
    cross join (
        {%- for scope in scopes %}
        select '{{ scope }}' as scope_type{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as scopes
    where {{ relation }}.counted_on is not null
),

summed as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        {%- for name, sql in measures.items() %}
        {{ sql }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from in_periods
    group by source_system, period_start, period_grain, scope_type, scope_value
)
{%- endmacro %}


{% macro _kpi_keys(code, version) -%}
    source_system,
    '{{ code }}' as kpi_code,
    {{ version }} as kpi_version,
    period_start,
    period_grain,
    scope_type,
    scope_value
{%- endmacro %}


{% macro _kpi_reason(no_case='No case in the period') -%}
    case when coalesce(denominator, 0) = 0 then '{{ no_case }}' end as reason
{%- endmacro %}


{#- The rows of KPIs, each of its own model. -#}
{% macro union_kpis(codes) -%}
    {%- for code in codes %}
select * from {{ ref('int_kpi__' ~ code | lower) }}
        {%- if not loop.last %}
union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#- A share of distinct units that may stand in several categories. `counted` has unit_id and is_counted, which is the
    same on every row of a unit. -#}
{% macro kpi_distinct_proportion(code, scopes, version=1) -%}
    {{ _kpi_over('counted', scopes, {
        'numerator': 'cast(count(distinct case when is_counted then unit_id end) as double)',
        'denominator': 'cast(count(distinct unit_id) as double)',
    }) }}

{{ kpi_proportion_of_sums(code, version) }}
{%- endmacro %}


{#- Standing seizures of the categories of a KPI (seed kpi_categories). Categories that a source publishes as sums
    are left to their sums: they cannot be told apart into seizures. -#}
{% macro seizures_of_kpi(code) -%}
    select
        lines.source_system,
        lines.seized_month_on as counted_on,
        lines.office_code,
        lines.transport_mode,
        lines.category_code,
        lines.seizure_id as unit_id
    from {{ ref('fct_seizure_lines') }} as lines
    inner join {{ ref('kpi_categories') }} as wanted
        on lines.category_code = wanted.category_code
        and wanted.kpi_code = '{{ code }}'
    where
        lines.is_standing
        and not exists (
            select 1
            from {{ ref('int_published_seizures_unioned') }} as published
            where
                published.source_system = lines.source_system
                and published.category_code = lines.category_code
        )
{%- endmacro %}


{#- A figure as it is shown. Sums of fractions differ in their last digits with the order of records, and the same
    records must give the same marts: rounded to a millionth, and to a hundredth where millions leave no more digits. -#}
{% macro settled(figure) -%}
    case when abs({{ figure }}) < 1000000 then round({{ figure }}, 6) else round({{ figure }}, 2) end
{%- endmacro %}


{#- A list kept as one text, `all|office|regime`: a row for each entry, and whether one is in it. -#}
{% macro each_listed(column) -%}
    unnest(string_split({{ column }}, '|'))
{%- endmacro %}


{#- The other way round, for people: each entry once, in order. -#}
{% macro listed_together(column) -%}
    {{ codes_found(column, ', ') }}
{%- endmacro %}


{% macro is_listed(entry, column) -%}
    list_contains(string_split({{ column }}, '|'), {{ entry }})
{%- endmacro %}


{#- For KPIs that sum by themselves within each period and scope: adds the CTEs `in_periods` (each row of `relation`
    in every period and scope it belongs to) and `summed` (the measures of each). -#}
{% macro spread_over_periods(relation, scopes, measures) -%}
    {{ _kpi_over(relation, scopes, measures) }}
{%- endmacro %}


{#- What release times are judged by, each written once: KPIs count it, release_times spreads it over the trade. -#}
{% macro is_released_within_hours(declarations) -%}
    coalesce(
        {{ hours_between(
            'greatest(' ~ declarations ~ '.accepted_at, coalesce(' ~ declarations ~ '.arrived_at, '
                ~ declarations ~ '.accepted_at))',
            declarations ~ '.released_at',
        ) }} <= {{ kpi_parameter('FAC02', 'release_hours') }},
        false
    )
{%- endmacro %}


{% macro is_released_same_day(declarations) -%}
    coalesce({{ declarations }}.released_on <= {{ declarations }}.accepted_on, false)
{%- endmacro %}


{#- Local days from acceptance to release, or to the day of reference where it is not released. -#}
{% macro days_waited(declarations) -%}
    {{ days_between(declarations ~ '.accepted_on', 'coalesce(' ~ declarations ~ '.released_on, ' ~ declarations ~ '.as_of)') }}
{%- endmacro %}
