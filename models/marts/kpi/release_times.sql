-- How fast declarations are released, over office, regime, mode and channel at once: what FAC02 to FAC05 count.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
    where has_release_times
),

judged as (
    select
        declarations.source_system,
        {{ first_of('month', 'declarations.accepted_on') }} as month_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        declarations.channel,
        {{ is_released_within_hours('declarations') }} as is_within_hour,
        {{ is_released_same_day('declarations') }} as is_same_day,
        {{ days_waited('declarations') }} >= {{ kpi_parameter('FAC04', 'release_days') }} as is_long,
        {{ days_waited('declarations') }} > {{ kpi_parameter('FAC05', 'release_days') }} as is_stuck
    from declarations
)

select
    judged.source_system,
    judged.month_on,
    judged.office_code,
    offices.office_name,
    judged.regime,
    judged.transport_mode,
    judged.channel,
    coalesce(channels.channel_name, 'No channel yet') as channel_name,
    count(*) as declarations,
    count(*) filter (where judged.is_within_hour) as within_one_hour,
    count(*) filter (where judged.is_same_day) as same_day,
    count(*) filter (where judged.is_long) as five_days_or_more,
    count(*) filter (where judged.is_stuck) as unresolved_after_a_month
from judged
inner join {{ ref('dim_office') }} as offices
    on judged.source_system = offices.source_system
    and judged.office_code = offices.office_code
left join {{ ref('channels') }} as channels
    on judged.channel = channels.channel
group by
    judged.source_system, judged.month_on, judged.office_code, offices.office_name, judged.regime,
    judged.transport_mode, judged.channel, channels.channel_name
