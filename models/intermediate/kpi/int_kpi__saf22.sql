-- Whether the same operators come back. A seizure tells once its whole look-back lies in the data; before, an
-- operator without an earlier seizure may only have been caught before the data begin.
with seized as (
    select
        *,
        min(seized_on) over (partition by source_system) as data_begin_on
    from {{ ref('fct_seizure_lines') }}
    where is_standing
),

look_back as (
    select {{ kpi_parameter('SAF22', 'look_back_months') }} as months
),

of_operators as (
    select distinct
        source_system,
        seizure_id,
        operator_id,
        seized_on
    from seized
    where operator_id is not null
),

with_earlier as (
    select distinct
        later.source_system,
        later.seizure_id
    from of_operators as later
    cross join look_back
    inner join of_operators as earlier
        on later.source_system = earlier.source_system
        and later.operator_id = earlier.operator_id
        and later.seized_on > earlier.seized_on
        and later.seized_on <= {{ months_later('earlier.seized_on', 'look_back.months') }}
),

counted as (
    select
        seized.source_system,
        seized.seized_on as counted_on,
        seized.category_code,
        seized.seizure_id,
        with_earlier.seizure_id is not null as is_repeated,
        seized.seized_on >= {{ months_later('seized.data_begin_on', 'look_back.months') }} as is_watched
    from seized
    cross join look_back
    left join with_earlier
        on seized.source_system = with_earlier.source_system
        and seized.seizure_id = with_earlier.seizure_id
    where seized.operator_id is not null
)

{{- spread_over_periods('counted', ['all', 'category'], {
    'numerator': 'count(distinct case when is_watched and is_repeated then seizure_id end)',
    'denominator': 'count(distinct case when is_watched then seizure_id end)',
}) }},

estimated as (
    select
        *,
        100 * numerator / cast(nullif(denominator, 0) as double) as value,
        100 * {{ wilson_lower('numerator', 'cast(denominator as double)') }} as lower,
        100 * {{ wilson_upper('numerator', 'cast(denominator as double)') }} as upper,
        case when denominator = 0 then 'The 24 months before are not all in the data' end as reason
    from summed
    where scope_value is not null
)

{{ kpi_estimate('SAF22', ['all', 'category']) }}
