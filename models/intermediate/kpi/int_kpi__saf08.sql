-- Drugs and what they are made from.
with counted as (
    {{ seizures_of_kpi('SAF08') }}
)

{{ kpi_count('SAF08', ['all', 'office', 'transport_mode', 'category']) }}
