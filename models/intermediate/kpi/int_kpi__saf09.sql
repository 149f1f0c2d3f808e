-- Weapons, ammunition and explosives.
with counted as (
    {{ seizures_of_kpi('SAF09') }}
)

{{ kpi_count('SAF09', ['all', 'office', 'transport_mode', 'category']) }}
