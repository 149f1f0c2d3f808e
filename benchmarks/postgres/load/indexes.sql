-- The keys of what was loaded, and what the joins of these models look up.
create unique index on batches (batch);
create index on base_cdps__declarations (declaration_id, version) where record_outcome = 'accepted';
create unique index on int_declarations_unioned (source_system, declaration_id, version);
create unique index on int_declaration_items_collapsed (source_system, declaration_id, item_number);
create unique index on int_declarations_collapsed (source_system, declaration_id);
create unique index on int_declarations_summed (source_system, declaration_id);
create unique index on int_declarations_selected (source_system, declaration_id);
create unique index on int_declarations_inspected (source_system, declaration_id);
create unique index on int_declarations_seized (source_system, declaration_id);
create unique index on int_declarations_counted (source_system, declaration_id);
create index on int_operators_completed (source_system, operator_id, valid_from);
create unique index on int_risk_items (item_key);
create index on int_risk_items (source_system, trader_id, month_on);
create unique index on int_routes_counted (source_system, country_origin, heading_code, transport_mode);
create index on int_routes_tested (source_system, country_origin, heading_code, transport_mode);
create index on int_routes_seized (source_system, country_origin, heading_code, transport_mode);
create unique index on dim_country (country_code);
