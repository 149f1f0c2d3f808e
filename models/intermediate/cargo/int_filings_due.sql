{{ config(materialized='incremental') }}

-- Filings of which a record was settled since the last build: what is made of them is made anew.
{{ keys_due('house_document_id', 'cargo_manifests') }}
