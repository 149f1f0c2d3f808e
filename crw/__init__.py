"""Customs risk warehouse: the glue around dbt, DuckDB, Great Expectations and Superset."""

__version__ = "0.1.0"
