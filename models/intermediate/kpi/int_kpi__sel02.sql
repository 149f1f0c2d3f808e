-- Every accepted declaration counts under each channel, as in it or not.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
),

-- A source without channels says nothing of them.
channelled as (
    select distinct source_system from declarations
    where channel is not null
),

counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        channels.channel,
        cast(coalesce(declarations.channel = channels.channel, false) as integer) as numerator,
        1 as denominator
    from declarations
    cross join {{ ref('channels') }} as channels
    inner join channelled
        on declarations.source_system = channelled.source_system
)

{{ kpi_proportion('SEL02', ['channel']) }}
