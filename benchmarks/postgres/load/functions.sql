-- What staging asks of text. PostgreSQL 15 has no try_cast, so each form is tried before it is cast.
create function as_text(value text) returns text
language sql immutable parallel safe
as $$ select nullif(btrim(value, ' '), '') $$;

create function as_integer(value text) returns integer
language sql immutable parallel safe
as $$
    select case
        when value ~ '^[-+]?[0-9]+([.]0*)?$' and value::numeric between -2147483648 and 2147483647
            then value::numeric::integer
    end
$$;

create function as_decimal(value text, digits integer) returns numeric
language sql immutable parallel safe
as $$
    select case
        when
            value ~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,3})?$'
            and abs(round(value::numeric, digits)) < power(10::numeric, 18 - digits)
            then round(value::numeric, digits)
    end
$$;

-- A day that exists and a time of day, with or without its distance from UTC.
create function is_timestamp(value text) returns boolean
language sql stable parallel safe
as $$
    select
        value ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?$'
        and case
            when substr(value, 9, 2) <= '28' then true
            else substr(value, 9, 2)::integer <= extract(
                day from (left(value, 7) || '-01')::date + interval '1 month' - interval '1 day'
            )
        end
$$;

create function as_timestamp(value text, zone text) returns timestamp
language sql stable parallel safe
as $$
    select case
        when not is_timestamp(value) then null
        when value ~ '[+-][0-9]{2}(:?[0-9]{2})?$|Z$' and length(value) > 16
            then value::timestamptz at time zone 'UTC'
        else value::timestamp at time zone zone at time zone 'UTC'
    end
$$;
