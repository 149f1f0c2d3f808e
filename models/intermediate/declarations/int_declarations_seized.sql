-- Whether goods of a declaration were seized. Only sources that link seizures to declarations have rows
-- here, so that "not seized" and "not supplied" stay apart.
with declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

linking as (
    select distinct source_system from {{ ref('int_seizures_unioned') }}
    where declaration_id is not null
),

seized as (
    select distinct
        source_system,
        declaration_id
    from {{ ref('int_seizure_lines_collapsed') }}
    where
        is_standing
        and declaration_id is not null
)

select
    declarations.source_system,
    declarations.declaration_id,
    seized.declaration_id is not null as has_seizure
from declarations
left join seized
    on declarations.source_system = seized.source_system
    and declarations.declaration_id = seized.declaration_id
where declarations.source_system in (select linking.source_system from linking)
