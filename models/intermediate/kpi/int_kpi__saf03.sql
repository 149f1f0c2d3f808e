-- Distinct seizures. Where a source publishes some of its seizures as sums, only the categories it lists one by
-- one can be counted, and no total over all.
with published as (
    select distinct
        source_system,
        category_code
    from {{ ref('int_published_seizures_unioned') }}
),

counted as (
    select
        lines.source_system,
        lines.seized_month_on as counted_on,
        lines.office_code,
        lines.transport_mode,
        lines.category_code,
        lines.seizure_id as unit_id
    from {{ ref('fct_seizure_lines') }} as lines
    left join published
        on lines.source_system = published.source_system
        and lines.category_code = published.category_code
    where
        lines.is_standing
        and published.category_code is null
)

{{ kpi_count(
    'SAF03',
    ['all', 'office', 'transport_mode', 'category'],
    only_where="scope_type = 'category' or source_system not in (select published.source_system from published)",
) }}
