{#- How a figure stands to its target, said once: the scoreboard shows it, GOV04 weighs it. -#}

{#- Which target is that of a figure. -#}
{% macro is_target_of(targets, figures) -%}
    {{ figures }}.source_system = {{ targets }}.source_system
    and {{ figures }}.kpi_code = {{ targets }}.kpi_code
    and {{ figures }}.kpi_version = {{ targets }}.kpi_version
    and {{ figures }}.scope_type = {{ targets }}.scope_type
    and {{ targets }}.scope_value in ({{ figures }}.scope_value, '*')
    and {{ targets }}.period_grain in ({{ figures }}.period_grain, '*')
{%- endmacro %}


{#- A KPI that is better high has a lower bound only, one that is better low an upper one, a band both. Missed is what
    is surely on the wrong side of the target, and past the warning as well. -#}
{% macro kpi_status(figures, kpis, targets) -%}
    {%- set value = figures ~ '.value' -%}
    {%- set least_value = 'coalesce(' ~ figures ~ '.lower, ' ~ value ~ ')' -%}
    {%- set most_value = 'coalesce(' ~ figures ~ '.upper, ' ~ value ~ ')' -%}
    {%- set has_from = kpis ~ ".direction in ('up', 'band')" -%}
    {%- set target_from = 'case when ' ~ has_from ~ ' then ' ~ targets ~ '.target end' -%}
    {%- set warning_from = 'case when ' ~ has_from ~ ' then ' ~ targets ~ '.warning end' -%}
    {%- set target_to = _upper_bound(kpis, targets, 'target') -%}
    {%- set warning_to = _upper_bound(kpis, targets, 'warning') -%}
case
    when {{ value }} is null then 'not_estimable'
    when coalesce({{ target_from }}, {{ target_to }}) is null then 'no_target'
    when
        {{ value }} >= coalesce({{ target_from }}, {{ value }})
        and {{ value }} <= coalesce({{ target_to }}, {{ value }})
        then 'met'
    when {{ most_value }} < {{ target_from }} and {{ value }} < coalesce({{ warning_from }}, {{ target_from }}) then 'missed'
    when {{ least_value }} > {{ target_to }} and {{ value }} > coalesce({{ warning_to }}, {{ target_to }}) then 'missed'
    else 'at_risk'
end
{%- endmacro %}


{% macro _upper_bound(kpis, targets, bound) -%}
    case {{ kpis }}.direction when 'down' then {{ targets }}.{{ bound }} when 'band' then {{ targets }}.{{ bound }}_upper end
{%- endmacro %}
