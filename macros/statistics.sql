{#- Comparisons of rates: what is learned from few cases, how sure it is, and how many of a ranked list are chance.
    Methods and sources in docs/methodology.md; 1.959963984540054 is the 97.5 % point of the normal distribution. -#}

{#- Limits of the 95 % interval of a share that follows a beta distribution with `hits` and `misses` (pseudo-counts
    included), by Paulson's approximation: the cube root of a quotient of two gamma variables is close to normal.
    Below half a hit the lower limit is 0 within a hair. Without a miss there is none. -#}
{% macro beta_lower(hits, misses) -%}
    {{ _beta_limit(hits, misses, '-') }}
{%- endmacro %}


{% macro beta_upper(hits, misses) -%}
    {{ _beta_limit(hits, misses, '+') }}
{%- endmacro %}


{% macro _beta_limit(hits, misses, side) -%}
    {%- set z2 = '(1.959963984540054 * 1.959963984540054)' -%}
    {%- set s = '(1.0 / nullif(9 * (' ~ hits ~ '), 0))' -%}
    {%- set t = '(1.0 / nullif(9 * (' ~ misses ~ '), 0))' -%}
    {%- set root -%}
        greatest(
            (
                (1 - {{ s }}) * (1 - {{ t }})
                {{ side }} 1.959963984540054 * sqrt(
                    (1 - {{ s }}) * (1 - {{ s }}) * {{ t }}
                    + (1 - {{ t }}) * (1 - {{ t }}) * {{ s }}
                    - {{ z2 }} * {{ s }} * {{ t }}
                )
            ) / ((1 - {{ t }}) * (1 - {{ t }}) - {{ z2 }} * {{ t }}), 0
        )
    {%- endset -%}
    ({{ hits }}) * power({{ root }}, 3) / nullif(({{ hits }}) * power({{ root }}, 3) + ({{ misses }}), 0)
{%- endmacro %}


{#- Limits of the 95 % interval of the mean of a count, by Byar's approximation: for ratios of what was found to what
    was expected. Another `z` makes it surer. -#}
{% macro count_lower(hits, z='1.959963984540054') -%}
    case
        when {{ hits }} = 0 then 0.0
        else {{ hits }} * power(1 - 1.0 / (9 * {{ hits }}) - {{ z }} / (3 * sqrt({{ hits }})), 3)
    end
{%- endmacro %}


{% macro count_upper(hits) -%}
    (({{ hits }} + 1)
    * power(1 - 1.0 / (9 * ({{ hits }} + 1)) + 1.959963984540054 / (3 * sqrt({{ hits }} + 1)), 3))
{%- endmacro %}


{#- How likely so many hits or more are by chance, where `expected` are: the upper tail of the Poisson distribution.
    Null where nothing can be expected. -#}
{% macro poisson_tail(hits, expected) -%}
    {{ adapter.dispatch('poisson_tail')(hits, expected) }}
{%- endmacro %}


{% macro duckdb__poisson_tail(hits, expected) -%}
    case
        when {{ hits }} = 0 then 1.0
        when {{ expected }} > 0
            then greatest(1 - list_sum(list_transform(
                range(0, cast({{ hits }} as bigint)),
                lambda k: exp(k * ln({{ expected }}) - {{ expected }} - lgamma(k + 1))
            )), 0.0)
    end
{%- endmacro %}


{% macro spark__poisson_tail(hits, expected) -%}
    case
        when {{ hits }} = 0 then 1.0
        when {{ expected }} > 0 then greatest(1 - {{ _poisson_sum(hits, expected) }}, 0.0)
    end
{%- endmacro %}


{#- The same towards few: how likely so few hits or fewer are. -#}
{% macro poisson_head(hits, expected) -%}
    {{ adapter.dispatch('poisson_head')(hits, expected) }}
{%- endmacro %}


{% macro duckdb__poisson_head(hits, expected) -%}
    case
        when {{ expected }} > 0
            then least(list_sum(list_transform(
                range(0, cast({{ hits }} as bigint) + 1),
                lambda k: exp(k * ln({{ expected }}) - {{ expected }} - lgamma(k + 1))
            )), 1.0)
    end
{%- endmacro %}


{% macro spark__poisson_head(hits, expected) -%}
    case
        when {{ expected }} > 0 then least({{ _poisson_sum('(' ~ hits ~ ' + 1)', expected) }}, 1.0)
    end
{%- endmacro %}


{#- All columns of `relation` and q_value: the share of chance findings to expect in the list down to this row
    (Benjamini and Hochberg). Rows without a p-value are in no list. `within` names the columns of a list, `asked` how many
    questions it has where not all of them are rows. -#}
{% macro with_q_values(relation, p_value, within, asked=none) -%}
    select
        stepped.* exclude (step_value),
        case
            when {{ p_value }} is not null
                then least(min(step_value) over (
                    partition by {{ within | join(', ') }} order by {{ p_value }} desc nulls last
                ), 1.0)
        end as q_value
    from (
        select
            *,
            {{ p_value }}
            {%- if asked %} * {{ asked }}
            {%- else %} * count({{ p_value }}) over (partition by {{ within | join(', ') }})
            {%- endif %}
            / nullif(count({{ p_value }}) over (
                partition by {{ within | join(', ') }} order by {{ p_value }} nulls last
            ), 0) as step_value
        from {{ relation }}
    ) as stepped
{%- endmacro %}


{#- Aggregate: what a column names, each once, in order, as one text with bars between. Null where it names nothing. -#}
{% macro codes_found(column, separator='|') -%}
    {{ adapter.dispatch('codes_found')(column, separator) }}
{%- endmacro %}


{% macro duckdb__codes_found(column, separator) -%}
    string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }})
{%- endmacro %}


{% macro spark__codes_found(column, separator) -%}
    case when count({{ column }}) > 0 then array_join(array_sort(collect_set({{ column }})), '{{ separator }}') end
{%- endmacro %}


{#- Limits of the 95 % interval of a ratio of a count to what was estimated to be expected, on the log scale: the count as
    Poisson, the expected with its variance. Without a count, from 0 to what none speaks against. -#}
{% macro ratio_lower(observed, expected, variance) -%}
    case
        when {{ observed }} = 0 and {{ expected }} > 0 then 0.0
        when {{ expected }} > 0 then {{ observed }} / {{ expected }} * exp(-1.959963984540054 * sqrt(
            1.0 / {{ observed }} + {{ variance }} / ({{ expected }} * {{ expected }})
        ))
    end
{%- endmacro %}


{% macro ratio_upper(observed, expected, variance) -%}
    case
        when {{ observed }} = 0 and {{ expected }} > 0 then {{ count_upper(observed) }} / {{ expected }}
        when {{ expected }} > 0 then {{ observed }} / {{ expected }} * exp(1.959963984540054 * sqrt(
            1.0 / {{ observed }} + {{ variance }} / ({{ expected }} * {{ expected }})
        ))
    end
{%- endmacro %}


{#- Aggregate: the value below which a share of the measures lies, between the two nearest. -#}
{% macro quantile_of(measure, share) -%}
    {{ adapter.dispatch('quantile_of')(measure, share) }}
{%- endmacro %}


{% macro duckdb__quantile_of(measure, share) -%}
    quantile_cont({{ measure }}, {{ share }})
{%- endmacro %}


{% macro spark__quantile_of(measure, share) -%}
    percentile({{ measure }}, {{ share }})
{%- endmacro %}


{#- Spark knows no lgamma. Stirling's series, from 9 further up, where it has 13 digits. -#}
{% macro log_gamma(number) -%}
    {%- set x = '(' ~ number ~ ')' -%}
    {%- set s = '(' ~ number ~ ' + 9)' -%}
    ((cast({{ s }} as double) - 0.5) * ln({{ s }}) - {{ s }} + 0.9189385332046727
    + 1 / (12 * {{ s }}) - 1 / (360 * power({{ s }}, 3)) + 1 / (1260 * power({{ s }}, 5))
    - 1 / (1680 * power({{ s }}, 7)) + 1 / (1188 * power({{ s }}, 9))
    {%- for step in range(9) %} - ln({{ x }} + {{ step }}){% endfor %})
{%- endmacro %}


{#- The probabilities of 0 up to fewer than `hits`, where `expected` are. -#}
{% macro _poisson_sum(hits, expected) -%}
    aggregate(
        case when {{ hits }} > 0 then sequence(cast(0 as bigint), cast({{ hits }} as bigint) - 1) when {{ hits }} <= 0 then array() end,
        cast(0 as double),
        (total, k) -> total + exp(k * ln({{ expected }}) - {{ expected }} - {{ log_gamma('k + 1') }})
    )
{%- endmacro %}
