{#- How likely so many or more of `trials` are by chance, where each is one with the probability `share`: the upper tail
    of the binomial distribution, summed up. -#}
{% macro binomial_tail(hits, trials, share) -%}
    {{ adapter.dispatch('binomial_tail')(hits, trials, share) }}
{%- endmacro %}


{% macro duckdb__binomial_tail(hits, trials, share) -%}
    case
        when {{ hits }} = 0 then 1.0
        when {{ share }} > 0 and {{ share }} < 1
            then least(list_sum(list_transform(
                range(cast({{ hits }} as bigint), {{ _last_term(hits, trials, share) }} + 1),
                lambda k: exp(
                    lgamma({{ trials }} + 1) - lgamma(k + 1) - lgamma({{ trials }} - k + 1)
                    + k * ln({{ share }}) + ({{ trials }} - k) * ln(1 - {{ share }})
                )
            )), 1.0)
    end
{%- endmacro %}


{#- From ten standard deviations beyond the mean on, and fifty for the small ones, all that is left does not show in a
    double: of thirty thousand trials some hundred terms are summed up. -#}
{% macro _last_term(hits, trials, share) -%}
    cast(least(
        {{ trials }},
        greatest({{ hits }}, {{ trials }} * {{ share }}) + 10 * sqrt({{ trials }} * {{ share }} * (1 - {{ share }})) + 50
    ) as bigint)
{%- endmacro %}


{% macro spark__binomial_tail(hits, trials, share) -%}
    case
        when {{ hits }} = 0 then 1.0
        when {{ share }} > 0 and {{ share }} < 1
            then least(aggregate(
                case when {{ hits }} <= {{ trials }} then sequence(cast({{ hits }} as bigint), {{ _last_term(hits, trials, share) }}) when {{ hits }} > {{ trials }} then array() end,
                cast(0 as double),
                (total, k) -> total + exp(
                    {{ log_gamma(trials ~ ' + 1') }} - {{ log_gamma('k + 1') }} - {{ log_gamma(trials ~ ' - k + 1') }}
                    + k * ln({{ share }}) + ({{ trials }} - k) * ln(1 - {{ share }})
                )
            ), 1.0)
    end
{%- endmacro %}
