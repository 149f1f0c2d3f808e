{{ config(materialized='mined') }}

-- Which items inspected while learning meet the conditions of two traits.
{{ conditions_met(2) }}
