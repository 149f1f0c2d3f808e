-- Question: How much more was assessed than declared, by tax and chapter?
-- Level: intermediate
-- Teaches: Join items to their taxes on the whole key: source, declaration and item.
select
    taxes.source_system,
    taxes.tax_type,
    items.chapter_code,
    count(*) filter (where taxes.assessed_national > taxes.declared_national) as items_raised,
    sum(taxes.assessed_national - taxes.declared_national) as additional_national,
    taxes.currency_national
from fct_item_taxes as taxes
inner join fct_declaration_items as items
    on
    taxes.source_system = items.source_system
    and taxes.declaration_id = items.declaration_id
    and taxes.item_number = items.item_number
where taxes.assessed_national is not null and taxes.declared_national is not null
group by all
having items_raised > 0
order by additional_national desc
