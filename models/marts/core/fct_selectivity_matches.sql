{{ config(materialized='incremental', unique_key='declaration_id') }}

with matches as (
    select matches.* from {{ ref('int_selectivity_matches_unioned') }} as matches
    {{ only_due('matches') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
)

select
    matches.source_system,
    matches.declaration_id,
    matches.version,
    matches.item_number,
    matches.rule_code,
    matches.rule_version,
    matches.version = declarations.version as is_latest_version,
    matches.score,
    {{ local_day('matches.matched_at', 'declarations.time_zone') }} as matched_on,
    matches.matched_at
from matches
inner join declarations
    on matches.source_system = declarations.source_system
    and matches.declaration_id = declarations.declaration_id
