-- Which seizures of cargo the risk engine brought. A seizure of several categories counts once in each.
with counted as (
    select
        source_system,
        seized_month_on as counted_on,
        office_code,
        transport_mode,
        category_code,
        seizure_id as unit_id,
        selection_basis in ('criteria', 'model') as is_counted
    from {{ ref('fct_seizure_lines') }}
    where
        is_standing
        and traffic = 'cargo'
        and selection_basis is not null
        and (declaration_id is not null or house_document_id is not null)
)

{{ kpi_distinct_proportion('SAF06', ['all', 'office', 'transport_mode', 'category']) }}
