with days as (
    select {{ each_day('first_on', 'last_on') }} as date_on
    from {{ ref('int_calendar_bounded') }}
)

select
    date_on,
    cast(extract(year from date_on) as integer) as year_number,
    cast(extract(quarter from date_on) as integer) as quarter_number,
    cast(extract(month from date_on) as integer) as month_number,
    {{ month_name('date_on') }} as month_name,
    {{ first_of('month', 'date_on') }} as month_on,
    {{ first_of('quarter', 'date_on') }} as quarter_on,
    {{ first_of('week', 'date_on') }} as week_on,
    {{ weekday_number('date_on') }} as weekday_number,
    {{ weekday_name('date_on') }} as weekday_name,
    {{ weekday_number('date_on') }} >= 6 as is_weekend
from days
