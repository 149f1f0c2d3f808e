-- Words that the suites share. Figures stand per series (a source, or one office of it) and month.

-- The months a source covers, and how many days of each: the first and the last may be cut short. Less
-- than a week of a month is no month yet: one early record would make it look empty (2026-11-23).
create temp macro covered_months() as table
    select
        dim_source.source_system,
        strftime(dim_date.month_on, '%Y-%m') as month,
        count(*) as covered_days,
    from dim_source
    inner join dim_date
        on dim_date.date_on between dim_source.data_from_on and dim_source.data_until_on
    group by all
    having count(*) >= 7;

-- What is usual: the median of the up to 12 months before. Null while there are fewer than 3 of
-- them, because two months are no history.
create temp macro usual(figure, series, month) as
    case
        when count(figure) over (partition by series order by month rows between 12 preceding and 1 preceding) >= 3
            then median(figure) over (partition by series order by month rows between 12 preceding and 1 preceding)
    end;

-- A figure as a multiple of what is usual.
create temp macro times_usual(figure, series, month) as
    figure / nullif(usual(figure, series, month), 0);

-- How many points a share is off what is usual.
create temp macro points_off(share, series, month) as
    100 * (share - usual(share, series, month));
