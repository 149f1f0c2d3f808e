-- What comes in of what audits assess, within a year of their closing.
with counted as (
    select
        audits.source_system,
        audits.closed_on as counted_on,
        case
            when
                audits.collected_at
                <= {{ months_later('audits.closed_at', kpi_parameter('PCA03', 'collection_months')) }}
                then coalesce(audits.additional_collected_national, 0)
            else 0
        end as numerator,
        audits.additional_assessed_national as denominator
    from {{ ref('fct_post_clearance_audits') }} as audits
    where audits.is_closed
)

{{ kpi_ratio('PCA03', ['all']) }}
