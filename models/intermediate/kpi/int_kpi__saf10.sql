-- Wildlife, waste and what harms the ozone layer.
with counted as (
    {{ seizures_of_kpi('SAF10') }}
)

{{ kpi_count('SAF10', ['all', 'office', 'transport_mode', 'category']) }}
