{{ config(tags=['after_score']) }}

-- Whether as many offences are found as the score foretells, by tenths of the inspected items of the backtest.
with bands as (
    select
        source_system,
        model_id,
        target,
        band,
        sum(items) as items,
        sum(foretold_hits) as foretold_hits,
        sum(hits) as hits
    from {{ ref('stg_crw__calibrations') }}
    group by source_system, model_id, target, band
)

select
    bands.source_system,
    bands.model_id,
    bands.target,
    bands.band,
    models.is_promoted,
    cast(bands.items as bigint) as inspected_items,
    round(bands.hits, 6) as hits,
    round(bands.foretold_hits / bands.items, 6) as foretold_rate,
    round(bands.hits / bands.items, 6) as found_rate,
    round({{ wilson_lower('bands.hits', 'bands.items') }}, 6) as found_rate_lower,
    round({{ wilson_upper('bands.hits', 'bands.items') }}, 6) as found_rate_upper
from bands
inner join {{ ref('stg_crw__score_models') }} as models
    on bands.source_system = models.source_system
    and bands.model_id = models.model_id
