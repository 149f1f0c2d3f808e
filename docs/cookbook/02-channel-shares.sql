-- Question: What share of declarations goes through each channel, month by month?
-- Level: simple
-- Teaches: A share of a whole with a window over a count; months come from dim_date.
select
    declarations.source_system,
    days.month_on,
    declarations.channel_final as channel,
    count(*) as declarations,
    round(100 * count(*) / sum(count(*)) over (partition by declarations.source_system, days.month_on), 1) as percent
from fct_declarations as declarations
inner join dim_date as days on declarations.accepted_on = days.date_on
where not declarations.is_invalidated and declarations.channel_final is not null
group by declarations.source_system, days.month_on, declarations.channel_final
order by declarations.source_system, days.month_on, channel
