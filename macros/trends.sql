{#- How likely so many or more of `trials` are by chance, where each is one with the probability `share`: the upper tail
    of the binomial distribution, summed up. -#}
{% macro binomial_tail(hits, trials, share) -%}
    case
        when {{ hits }} = 0 then 1.0
        when {{ share }} > 0 and {{ share }} < 1
            then least(list_sum(list_transform(
                range(cast({{ hits }} as bigint), cast({{ trials }} as bigint) + 1),
                lambda k: exp(
                    lgamma({{ trials }} + 1) - lgamma(k + 1) - lgamma({{ trials }} - k + 1)
                    + k * ln({{ share }}) + ({{ trials }} - k) * ln(1 - {{ share }})
                )
            )), 1.0)
    end
{%- endmacro %}
