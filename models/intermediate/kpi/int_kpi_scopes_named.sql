{{ config(tags=['after_check']) }}

-- What each part of the service that a KPI is shown for is called. The whole has no name of its own.
with scopes as (
    select distinct
        scope_type,
        scope_value
    from {{ ref('int_kpi_values_national') }}
    where scope_type <> 'all'
)

select
    scopes.scope_type,
    scopes.scope_value,
    case
        when scopes.scope_type = 'category_unit'
            then categories.category_name || ', ' || {{ part_of('scopes.scope_value', ' ', 2) }}
        else
            coalesce(
                categories.category_name,
                channels.channel_name,
                dimensions.dimension_name,
                {{ in_words('scopes.scope_value') }}
            )
    end as scope_shown
from scopes
left join {{ ref('dim_seizure_category') }} as categories
    on {{ part_of('scopes.scope_value', ' ', 1) }} = categories.category_code
    and scopes.scope_type in ('category', 'category_unit')
left join {{ ref('channels') }} as channels
    on scopes.scope_value = channels.channel
    and scopes.scope_type = 'channel'
left join {{ ref('kpi_dimensions') }} as dimensions
    on scopes.scope_value = dimensions.dimension
    and scopes.scope_type = 'dimension'
