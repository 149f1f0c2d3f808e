{{ config(materialized='incremental') }}

-- Declarations of which a record was settled since the last build: what is made of them is made anew.
{{ keys_due('declaration_id', 'declarations') }}
