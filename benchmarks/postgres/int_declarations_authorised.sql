-- int_declarations_authorised: whether the trader was an authorised operator on the day of acceptance,
-- by the record that began last of those in force.
select
    declarations.source_system,
    declarations.declaration_id,
    coalesce(in_force.is_aeo, false) as is_aeo
from int_declarations_counted as declarations
left join lateral (
    select registered.is_aeo
    from int_operators_completed as registered
    where
        registered.is_registered
        and registered.source_system = declarations.source_system
        and registered.operator_id = declarations.trader_id
        and registered.valid_from <= declarations.accepted_on
        and coalesce(registered.valid_to, declarations.accepted_on) >= declarations.accepted_on
    order by registered.valid_from desc
    limit 1
) as in_force
    on true
where
    declarations.source_system in (
        select source_system from int_operators_completed
        where is_registered
    )
