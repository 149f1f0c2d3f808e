{{ config(materialized='mined') }}

-- Which items inspected while learning meet the conditions of three traits.
{{ conditions_met(3) }}
