-- What each selection event did: put the declaration under control, or move it to a lighter channel.
with events as (
    select * from {{ ref('int_selection_events_unioned') }}
),

channels as (
    select * from {{ ref('channels') }}
),

compared as (
    select
        events.*,
        coalesce(channel_after.strictness, 0) as strictness_after,
        coalesce(channel_after.strictness < channel_before.strictness, false) as is_downgrade,
        events.reason = 'random' and not coalesce(events.random_drawn, false) as is_passed_over
    from events
    left join channels as channel_before
        on events.channel_before = channel_before.channel
    left join channels as channel_after
        on events.channel_after = channel_after.channel
)

-- A lighter channel is no selection, unless the source says that it is what stands.
select
    *,
    strictness_after > 0
    and not is_passed_over
    and (not is_downgrade or coalesce(is_primary, false)) as is_selecting
from compared
