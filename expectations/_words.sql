-- Words that the suites share. Figures stand per series (a source, or one office of it) and month, week or day.

-- Declarations by day, office and channel: the mart is read once, however many suites ask.
create temp table declarations_counted as
select
    source_system,
    office_code,
    channel_final,
    coalesce(accepted_on, lodged_on) as date_on,
    count(*) as declarations,
    count(*) filter (where released_at is not null and not is_invalidated) as released,
    count(*) filter (where customs_value_national > 0) as valued,
    sum(ln(customs_value_national)) filter (where customs_value_national > 0) as log_value,
from fct_declarations
group by all;

-- Inspections by the week they were ordered or, where that is not told, their result came; the same by month.
create temp table inspections_counted as
select
    source_system,
    office_code,
    coalesce(ordered_on, result_on) as date_on,
    count(*) as inspections,
    count(is_hit) as resolved,
    count(*) filter (where is_hit) as hits,
from fct_inspections
group by all;

-- The months a source covers, and how many days of each: the first and the last may be cut short. Less
-- than a week of a month is no month yet: one early record would make it look empty (2026-11-23). A source that
-- has no more has that, so that no suite is without a row.
create temp macro covered_months() as table
    select
        dim_source.source_system,
        strftime(dim_date.month_on, '%Y-%m') as month,
        count(*) as covered_days,
    from dim_source
    inner join dim_date
        on dim_date.date_on between coalesce(dim_source.data_from_on, dim_source.data_until_on) and dim_source.data_until_on
    group by 1, 2
    qualify count(*) >= 7 or max(count(*)) over (partition by dim_source.source_system) < 7;

-- The weeks (named by their Monday) a source covers from Monday to Sunday; those it has where it has no whole one.
create temp macro covered_weeks() as table
    select
        dim_source.source_system,
        dim_date.week_on,
    from dim_source
    inner join dim_date
        on dim_date.date_on between coalesce(dim_source.data_from_on, dim_source.data_until_on) and dim_source.data_until_on
    group by 1, 2
    qualify count(*) = 7 or max(count(*)) over (partition by dim_source.source_system) < 7;

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

-- What is usual around: the median of up to 8 before and 8 after. Days and weeks are many, so that those at
-- the beginning can be held against what came then; null where fewer than 5 are known.
create temp macro around(figure, series, moment) as
    case
        when
            count(figure) over (
                partition by series order by moment rows between 8 preceding and 8 following exclude current row
            ) >= 5
            then median(figure) over (
                partition by series order by moment rows between 8 preceding and 8 following exclude current row
            )
    end;

-- What of the usual range lies nearest to a count; half an event where next to nothing is usual.
create temp macro edge(count_now, count_usual, room) as
    least(greatest(count_now, greatest(count_usual, 0.5) / (1 + room)), greatest(count_usual, 0.5) * (1 + room));

-- How far a count is beyond what is usual, in standard deviations, once it may move by `room` either way (0.2: from
-- usual / 1.2 to usual x 1.2) without being wrong. 0 is within; below -4 or above 4 is next to never chance. Chance
-- is that of a Poisson count (the signed root of its deviance); the 1.1 is for the usual, a median of few.
create temp macro beyond(count_now, count_usual, room) as
    sign(count_now - count_usual) * sqrt(
        2 * greatest(
            coalesce(count_now * ln(nullif(count_now, 0) / edge(count_now, count_usual, room)), 0)
            - (count_now - edge(count_now, count_usual, room)), 0
        ) / 1.1
    );

-- How far the mean of `cases` figures is off what is usual, in standard deviations; `spread` is that of one
-- figure, `wobble` what moves without being wrong.
create temp macro mean_off(mean_now, mean_usual, spread, cases, wobble) as
    (mean_now - mean_usual) / sqrt(1.3 * spread * spread / cases + wobble * wobble);

-- Records and value by entity and month in one database: of this build (`warehouse`) or of the release readers have
-- (`published`).
create temp macro counted_by_month(db) as table
    select
        source_system,
        'declarations' as entity,
        strftime(coalesce(accepted_on, lodged_on), '%Y-%m') as month,
        count(*) as records,
        sum(customs_value_national) as amount,
    from query_table(db || '.main.fct_declarations')
    group by all

    union all

    select
        source_system,
        'inspections' as entity,
        strftime(coalesce(ordered_on, result_on), '%Y-%m') as month,
        count(*) as records,
        sum(additional_duty_national) as amount,
    from query_table(db || '.main.fct_inspections')
    group by all

    union all

    select
        source_system,
        'item_taxes' as entity,
        strftime(accepted_on, '%Y-%m') as month,
        count(*) as records,
        sum(assessed_national) as amount,
    from query_table(db || '.main.fct_item_taxes')
    group by all

    union all

    select
        source_system,
        'seizures' as entity,
        strftime(month_on, '%Y-%m') as month,
        sum(coalesce(total_events, events)) as records,
        null as amount,
    from query_table(db || '.main.seizure_statistics')
    group by all

    union all

    select
        source_system,
        'cargo_manifests' as entity,
        strftime(arrived_on, '%Y-%m') as month,
        count(*) as records,
        null as amount,
    from query_table(db || '.main.fct_cargo_manifests')
    group by all

    union all

    select
        source_system,
        'transit_movements' as entity,
        strftime(departed_on, '%Y-%m') as month,
        count(*) as records,
        null as amount,
    from query_table(db || '.main.fct_transit_movements')
    group by all;
