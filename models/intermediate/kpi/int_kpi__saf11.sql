-- Counterfeit goods, medicines, food and products.
with counted as (
    {{ seizures_of_kpi('SAF11') }}
)

{{ kpi_count('SAF11', ['all', 'office', 'transport_mode', 'category']) }}
