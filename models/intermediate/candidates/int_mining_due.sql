{{ config(materialized='incremental') }}

-- Whether candidates are mined anew: once a month, or where something else is known of the time they are learned from;
-- for all sources then, since they are numbered together. And from which day on it is told anew who meets them.
with sources as (
    select
        phases.source_system,
        phases.learned_after,
        phases.learned_until,
        days.from_on,
        {% if is_incremental() %}
            coalesce(days.from_on <= phases.learned_until, false)
            or coalesce(earlier.learned_until <> phases.learned_until, true) as is_due
        {% else %}
            true as is_due
        {% endif %}
    from {{ ref('int_candidate_phases') }} as phases
    left join {{ ref('int_days_due') }} as days
        on phases.source_system = days.source_system
    {% if is_incremental() %}
        left join {{ this }} as earlier
            on phases.source_system = earlier.source_system
    {% endif %}
),

mining as (
    select bool_or(is_due) as is_due from sources
)

select
    sources.source_system,
    sources.learned_after,
    sources.learned_until,
    mining.is_due,
    case
        when mining.is_due or sources.from_on is null then cast('0001-01-01' as date)
        else sources.from_on
    end as from_on
from sources
cross join mining
