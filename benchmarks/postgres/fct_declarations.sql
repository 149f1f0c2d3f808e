-- fct_declarations: one row per declaration, with its main item, selection, inspections and seizures.
select
    declarations.source_system,
    declarations.declaration_id,
    declarations.version,
    declarations.office_code,
    declarations.office_name,
    declarations.office_kind,
    declarations.regime,
    declarations.procedure_code,
    declarations.transport_mode,
    declarations.status,
    declarations.channel_final,
    declarations.importer_id,
    declarations.exporter_id,
    declarations.declarant_id,
    declarations.representative_id,
    items.country_origin,
    declarations.country_dispatch,
    dispatch.country_name as country_dispatch_name,
    declarations.country_destination,
    items.route,
    origin.country_name || ' > ' || dispatch.country_name as route_name,
    items.hs_version,
    items.hs6,
    items.chapter_code,
    declarations.house_document_id,
    selections.primary_selection_reason,
    selections.primary_rule_code,
    selections.primary_rule_version,
    selections.is_selected,
    selections.is_risk_selected,
    selections.is_in_random_frame,
    selections.is_random_drawn,
    coalesce(declarations.status = 'invalidated', false) as is_invalidated,
    declarations.version_count > 1 as is_amended,
    inspections.was_inspected,
    inspections.was_physically_inspected,
    inspections.is_hit,
    inspections.has_formal_offence,
    inspections.has_serious_offence,
    seizures.has_seizure,
    declarations.version_count,
    coalesce(items.item_count, 0) as item_count,
    inspections.inspection_count,
    items.customs_value_national,
    items.net_mass_kg,
    inspections.additional_duty_national,
    declarations.currency_national,
    extract(epoch from declarations.released_at - declarations.accepted_at)::double precision / 3600
        as release_hours,
    declarations.lodged_on,
    declarations.accepted_on,
    declarations.released_on,
    inspections.last_result_on,
    declarations.lodged_at,
    declarations.accepted_at,
    declarations.assessed_at,
    declarations.paid_at,
    declarations.released_at,
    declarations.invalidated_at
from int_declarations_collapsed as declarations
left join int_declarations_summed as items
    on declarations.source_system = items.source_system
    and declarations.declaration_id = items.declaration_id
left join int_declarations_selected as selections
    on declarations.source_system = selections.source_system
    and declarations.declaration_id = selections.declaration_id
left join int_declarations_inspected as inspections
    on declarations.source_system = inspections.source_system
    and declarations.declaration_id = inspections.declaration_id
left join int_declarations_seized as seizures
    on declarations.source_system = seizures.source_system
    and declarations.declaration_id = seizures.declaration_id
left join dim_country as origin
    on items.country_origin = origin.country_code
left join dim_country as dispatch
    on declarations.country_dispatch = dispatch.country_code
