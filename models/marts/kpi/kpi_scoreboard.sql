{{ config(tags=['after_check']) }}

-- What scoreboards show: each figure as a number, to draw and to rank, and as its readers write it.
with figures as (
    select * from {{ ref('int_kpi_values_national') }}
),

words as (
    select
        *,
        symbol || ' ' || word as shown
    from {{ ref('status_words') }}
)

select
    figures.source_system,
    figures.kpi_code,
    figures.kpi_version,
    figures.period_grain,
    figures.period_start,
    figures.scope_type,
    figures.scope_value,
    scopes.scope_shown,
    figures.kpi_name || coalesce(': ' || scopes.scope_shown, '') as kpi_shown,
    figures.scope_type = 'all' or figures.target is not null as is_headline,
    figures.is_latest,
    figures.is_provisional,
    written.period_shown,
    figures.kpi_name,
    kpis.question,
    dimensions.dimension_name,
    figures.topic,
    objectives.objective_name,
    kpis.owner,
    laws.legal_basis_name || ', ' || laws.provision as legal_basis_shown,
    figures.unit,
    figures.value,
    figures.lower,
    figures.upper,
    figures.target,
    figures.target_upper,
    figures.value_before,
    figures.distance_to_target,
    figures.status,
    coalesce(written.value_shown, '–') as value_shown,
    coalesce(written.interval_shown, '–') as interval_shown,
    coalesce(written.target_shown, '–') as target_shown,
    coalesce(written.change_shown, '–') as change_shown,
    coalesce(figures.course_shown, '–') as course_shown,
    status_words.shown as status_shown,
    status_words.sort_order as status_order,
    case
        when inputs.failed_checks is not null then trust_words.shown || ': ' || {{ in_words('inputs.failed_checks') }}
        when inputs.checks is null then trust_words.shown
        else trust_words.symbol || ' ' || cast(inputs.checks as varchar) || ' checks ' || trust_words.word
    end as trust_shown,
    figures.reason,
    kpis.considerations
from figures
inner join {{ ref('int_kpi_values_written') }} as written
    on figures.source_system = written.source_system
    and figures.kpi_code = written.kpi_code
    and figures.kpi_version = written.kpi_version
    and figures.period_grain = written.period_grain
    and figures.period_start = written.period_start
    and figures.scope_type = written.scope_type
    and figures.scope_value = written.scope_value
inner join {{ ref('dim_kpi') }} as kpis
    on figures.kpi_code = kpis.kpi_code
left join {{ ref('kpi_dimensions') }} as dimensions
    on figures.dimension = dimensions.dimension
left join {{ ref('dim_objective') }} as objectives
    on figures.objective_code = objectives.objective_code
left join {{ ref('dim_legal_basis') }} as laws
    on kpis.legal_basis_code = laws.legal_basis_code
left join words as status_words
    on figures.status = status_words.status
    and status_words.about = 'kpi'
left join words as trust_words
    on figures.data_state = trust_words.status
    and trust_words.about = 'data'
left join {{ ref('int_kpi_inputs_checked') }} as inputs
    on figures.source_system = inputs.source_system
    and figures.kpi_code = inputs.kpi_code
left join {{ ref('int_kpi_scopes_named') }} as scopes
    on figures.scope_type = scopes.scope_type
    and figures.scope_value = scopes.scope_value
