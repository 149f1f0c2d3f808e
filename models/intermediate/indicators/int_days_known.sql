{{ config(materialized='incremental') }}

-- One checksum for each day, of all that is known from then on, and whether the last build had another.
with known as (
    select
        source_system,
        known_on,
        sum(checksum) as checksum
    from {{ ref('int_facts_known') }}
    where known_on is not null
    group by source_system, known_on
)

{% if is_incremental() %}
    select
        coalesce(known.source_system, earlier.source_system) as source_system,
        coalesce(known.known_on, earlier.known_on) as known_on,
        known.checksum,
        coalesce(known.checksum, 0) <> coalesce(earlier.checksum, 0) as is_changed
    from known
    full join {{ this }} as earlier
        on known.source_system = earlier.source_system
        and known.known_on = earlier.known_on
{% else %}
    select
        source_system,
        known_on,
        checksum,
        true as is_changed
    from known
{% endif %}
