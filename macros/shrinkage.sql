{#- Empirical Bayes: what is found in a group, drawn to what its parent would lead to expect. Method, guard rails and
    sources in docs/methodology.md; the guards are rows of the seed comparison_settings. -#}

{#- The settings as one row of columns. -#}
{% macro comparison_settings() -%}
    (
        select
            {%- for name in ['period_months', 'prior_months', 'record_months', 'fewest_hits_before',
                             'lowest_step_weight', 'highest_step_weight', 'fewest_groups', 'lowest_prior_weight',
                             'highest_prior_weight', 'highest_expected_rate'] %}
            max(case when setting = '{{ name }}' then value end) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('comparison_settings') }}
    )
{%- endmacro %}


{#- Begins a CTE chain that refines `expected_rate` of the rows of `units` step by step: `steps` maps a name to the
    columns of its groups. Each step compares what a group found before the period with what the steps so far expect
    of it, and multiplies by the ratio, shrunk to 1: gamma-Poisson, its weight (in expected hits) by the method of
    moments. Later steps only add what the earlier ones leave open, so nothing counts twice. `units` has
    is_before, is_hit and expected_rate; the last CTE is `after_<last step>`, with <step>_ratio. -#}
{% macro refined_step_by_step(units, within, steps) -%}
    {%- set state = namespace(before=units) -%}
    {%- for step, keys in steps.items() %}
    {{ step }}_groups as (
        select
            {{ (within + keys) | join(', ') }},
            cast(count(*) filter (where is_hit) as double) as found,
            sum(expected_rate) as expected,
            sum(expected_rate * (1 - expected_rate)) as variance
        from {{ state.before }}
        where is_before and expected_rate is not null
        group by {{ (within + keys) | join(', ') }}
    ),

    {{ step }}_weights as (
        select
            {{ within | join(', ') }},
            {{ step_weight('found', 'expected', 'variance') }} as step_weight
        from {{ step }}_groups
        cross join {{ comparison_settings() }} as settings
        group by {{ within | join(', ') }}, {{ step_guards() }}
    ),

    after_{{ step }} as (
        select
            units.* exclude (expected_rate, leverage),
            {{ step }}_groups.found as {{ step }}_found,
            coalesce(
                round(({{ step }}_groups.found + weights.step_weight)
                / ({{ step }}_groups.expected + weights.step_weight), 9), 1
            ) as {{ step }}_ratio,
            case
                when units.expected_rate is not null
                    then least(units.expected_rate * {{ step }}_ratio, settings.highest_expected_rate)
            end as expected_rate,
            units.leverage
            + coalesce(units.expected_rate / ({{ step }}_groups.expected + weights.step_weight), 0) as leverage
        from {{ state.before }} as units
        cross join {{ comparison_settings() }} as settings
        left join {{ step }}_groups
            on {% for column in within + keys %}units.{{ column }} = {{ step }}_groups.{{ column }}
                {{- '\n            and ' if not loop.last }}{% endfor %}
        left join {{ step }}_weights as weights
            on {% for column in within %}units.{{ column }} = weights.{{ column }}
                {{- '\n            and ' if not loop.last }}{% endfor %}
    ){{ ',' if not loop.last }}
        {%- set state.before = 'after_' ~ step %}
    {%- endfor %}
{%- endmacro %}


{% macro step_guards() -%}
    lowest_step_weight, highest_step_weight, fewest_groups
{%- endmacro %}


{#- Aggregate over groups. The spread beyond chance, in relation to what is expected: the less, the heavier. The
    steps before were learned from the same groups, which hides some of their spread: the weight errs towards the
    parent, which foretells the next year better than a weight corrected for it. -#}
{% macro step_weight(found, expected, variance) -%}
    {%- set spread = 'sum((' ~ found ~ ' - ' ~ expected ~ ') * (' ~ found ~ ' - ' ~ expected ~ ') - ' ~ variance ~ ')' -%}
    case
        when count(*) < fewest_groups then highest_step_weight
        when {{ spread }} <= 0 then highest_step_weight
        else least(
            greatest(sum({{ expected }} * {{ expected }}) / {{ spread }}, lowest_step_weight),
            highest_step_weight
        )
    end
{%- endmacro %}


{#- Aggregate over the cases of a group: how much of its deviation is left, since what is expected of it was learned
    from it too. As with residuals, 1 less its leverage. -#}
{% macro left_open(leverage) -%}
    greatest(1 - sum({{ leverage }}), 0)
{%- endmacro %}


{% macro prior_guards() -%}
    lowest_prior_weight, highest_prior_weight
{%- endmacro %}


{#- Aggregate over groups of `inspected` cases: for how many inspections the parent counts, a + b of the beta
    distribution of true rates. With rho the correlation within a group, E[(hits - expected)^2] =
    variance + rho x expected x (1 - expected / inspected) x (inspected - 1), and a + b = 1 / rho - 1. -#}
{% macro prior_weight(hits, inspected, expected, variance, left_open) -%}
    {%- set spread = 'sum((' ~ hits ~ ' - ' ~ expected ~ ') * (' ~ hits ~ ' - ' ~ expected ~ ') - ' ~ variance ~ ')' -%}
    case
        when {{ spread }} <= 0 then highest_prior_weight
        else least(greatest(
            sum({{ left_open }} * {{ expected }} * (1 - {{ expected }} / {{ inspected }}) * ({{ inspected }} - 1))
            / {{ spread }} - 1,
            lowest_prior_weight
        ), highest_prior_weight)
    end
{%- endmacro %}


{#- Ends such a chain: for each group named by `keys`, its rate drawn to the mean its cases were expected to have, with
    the limits of the posterior. How much groups differ is learned from before the period; `evidence` says which cases
    speak for the group itself. `counts` are aggregates to carry along. Rates are those that the usual mix of regimes
    and types of inspection would show: without that, who is opened more often would look worse. `expected_hits` and
    what is compared with it look at the standard alone (regime, type, mode, section). The last CTE is `shrunk`. -#}
{% macro shrunk_rates(cases, within, keys, evidence, counts) -%}
    groups_before as (
        select
            {{ (within + keys) | join(', ') }},
            cast(count(*) filter (where is_hit) as double) as hits,
            cast(count(*) as double) as inspected,
            sum(expected_rate) as expected,
            sum(expected_rate * (1 - expected_rate)) as variance,
            {{ left_open('leverage') }} as left_open
        from {{ cases }}
        where is_before and expected_rate is not null
        group by {{ (within + keys) | join(', ') }}
    ),

    prior_weights as (
        select
            {{ within | join(', ') }},
            round({{ prior_weight('hits', 'inspected', 'expected', 'left_open * variance', 'left_open') }}, 6) as prior_weight
        from groups_before
        cross join {{ comparison_settings() }} as settings
        group by {{ within | join(', ') }}, {{ prior_guards() }}
    ),

    evidence as (
        select
            {{ (within + keys) | join(', ') }},
            count(*) as inspected,
            count(*) filter (where is_hit) as hits,
            round(sum(standard_rate), 9) as expected_hits,
            round(avg(expected_rate), 9) as prior_rate,
            round(avg(control_ratio), 9) as control_ratio,
            {%- for name, sql in counts.items() %}
            {{ sql }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ cases }}
        where {{ evidence }}
        group by {{ (within + keys) | join(', ') }}
    ),

    posteriors as (
        select
            evidence.*,
            weights.prior_weight,
            evidence.prior_rate * weights.prior_weight + evidence.hits as posterior_hits,
            (1 - evidence.prior_rate) * weights.prior_weight + evidence.inspected - evidence.hits as posterior_misses
        from evidence
        left join prior_weights as weights
            on {% for column in within %}evidence.{{ column }} = weights.{{ column }}
                {{- '\n            and ' if not loop.last }}{% endfor %}
    ),

    shrunk as (
        select
            {{ (within + keys + ['inspected', 'hits'] + counts.keys() | list) | join(', ') }},
            round(prior_weight, 6) as prior_weight,
            {%- for name, sql in {
                'control_ratio': 'control_ratio',
                'expected_hits': 'expected_hits',
                'prior_rate': 'prior_rate / control_ratio',
                'own_weight': 'inspected / (inspected + prior_weight)',
                'shrunk_rate': 'posterior_hits / (posterior_hits + posterior_misses) / control_ratio',
                'shrunk_lower': beta_lower('posterior_hits', 'posterior_misses') ~ ' / control_ratio',
                'shrunk_upper': 'case when posterior_hits > 0 then least(' ~ beta_upper('posterior_hits', 'posterior_misses')
                    ~ ' / control_ratio, 1) end',
                'hit_rate': 'cast(hits as double) / inspected',
                'standardised_ratio': 'hits / nullif(expected_hits, 0)',
                'standardised_lower': count_lower('hits') ~ ' / nullif(expected_hits, 0)',
                'standardised_upper': count_upper('hits') ~ ' / nullif(expected_hits, 0)',
                'p_value': poisson_tail('hits', 'expected_hits'),
            }.items() %}
            round({{ sql }}, 6) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from posteriors
    )
{%- endmacro %}


{#- A join of two relations on the route: origin, heading and mode of a source. -#}
{% macro same_route(left, right) -%}
    {%- for column in ['source_system', 'country_origin', 'heading_code', 'transport_mode'] -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ '\n    and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- A route as read: `Türkiye: 9304 Arms and ammunition, air`. Headings have no names of their own here. -#}
{% macro route_shown(routes, countries, chapters) -%}
    coalesce({{ countries }}.country_name, {{ routes }}.country_origin) || ': ' || {{ routes }}.heading_code
    || coalesce(' ' || {{ chapters }}.chapter_name, '') || ', ' || {{ routes }}.transport_mode
{%- endmacro %}


{#- Status of an authorisation as read, with its type: `Suspended (AEOC)`. -#}
{% macro aeo_shown(operators) -%}
    case
        when {{ operators }}.is_aeo then 'Authorised'
        when {{ operators }}.aeo_status = 'suspended' then 'Suspended'
        when {{ operators }}.aeo_status = 'revoked' then 'Revoked'
        when {{ operators }}.is_registered then 'Not authorised'
        else 'Not registered'
    end || coalesce(' (' || {{ operators }}.aeo_type || ')', '')
{%- endmacro %}


{#- Aggregate: hits of a kind that the source may not tell; then null, not 0. -#}
{% macro hits_of_kind(is_of_kind) -%}
    case when count({{ is_of_kind }}) > 0 then count(*) filter (where is_hit and {{ is_of_kind }}) end
{%- endmacro %}


{#- Why a row has no shrunk rate; null where it has one. -#}
{% macro why_not_shrunk(tested, never) -%}
    case
        when {{ tested }}.inspected is null then '{{ never }}'
        when {{ tested }}.shrunk_rate is null then 'Too few offences found before the period to say what is usual'
    end
{%- endmacro %}
