-- int_kpi__fac02: what is released within an hour, by period and scope, with Wilson's interval.
with cells as (
    select
        source_system,
        date_trunc('month', accepted_on::timestamp)::date as month_on,
        office_code,
        regime,
        transport_mode,
        channel,
        count(*) filter (
            where extract(epoch from released_at - greatest(accepted_at, arrived_at))::double precision / 3600 <= (
                select amount from kpi_parameters
                where kpi_code = 'FAC02' and parameter = 'release_hours'
            )
        )::double precision as numerator,
        count(*)::double precision as denominator
    from int_declarations_counted
    where has_release_times and accepted_on is not null
    group by 1, 2, 3, 4, 5, 6
),

in_periods as (
    select
        cells.*,
        period_grain,
        date_trunc(period_grain, month_on::timestamp)::date as period_start,
        scope_type,
        case scope_type
            when 'office' then office_code
            when 'regime' then regime
            when 'transport_mode' then transport_mode
            when 'channel' then channel
            when 'all' then 'all'
        end as scope_value
    from cells
    cross join (values ('month'), ('quarter'), ('year')) as grains (period_grain)
    cross join (
        values ('all'), ('office'), ('regime'), ('transport_mode'), ('channel')
    ) as scopes (scope_type)
),

summed as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        1.959963984540054::double precision as z
    from in_periods
    where scope_value is not null
    group by source_system, period_start, period_grain, scope_type, scope_value
)

select
    source_system,
    'FAC02' as kpi_code,
    1 as kpi_version,
    period_start,
    period_grain,
    scope_type,
    scope_value,
    numerator,
    denominator,
    100 * numerator / nullif(denominator, 0) as value,
    100 * case
        when denominator > 0 and numerator = 0 then 0
        when denominator > 0
            then (numerator + z * z / 2 - z * sqrt(numerator * (denominator - numerator) / denominator + z * z / 4))
                / (denominator + z * z)
    end as lower,
    100 * case
        when denominator > 0 and numerator = denominator then 1
        when denominator > 0
            then (numerator + z * z / 2 + z * sqrt(numerator * (denominator - numerator) / denominator + z * z / 4))
                / (denominator + z * z)
    end as upper,
    case when coalesce(denominator, 0) = 0 then 'No case in the period' end as reason
from summed
