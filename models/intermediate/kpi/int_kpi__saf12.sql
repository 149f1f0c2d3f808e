-- Strategic and dual-use goods.
with counted as (
    {{ seizures_of_kpi('SAF12') }}
)

{{ kpi_count('SAF12', ['all', 'office', 'transport_mode', 'category']) }}
