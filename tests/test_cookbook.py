"""The SQL cookbook: every query runs, as an analyst may run it, and answers by source."""

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from crw.guard import only_select, open_locked
from crw.home import Home
from crw.serve.assets import bundle, mart_pages
from crw.serve.cookbook import FOLDER, LEVELS, Recipe, recipes

RECIPES = recipes()
MARTS = {mart["name"]: mart for mart in mart_pages()}


@pytest.fixture(scope="module")
def release(planted_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_locked(planted_home.current / "warehouse.duckdb") as opened:
        yield opened


def read_by(recipe: Recipe) -> set[str]:
    """The tables a query reads."""
    tree = sqlglot.parse_one(recipe.sql, read="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - own


def test_there_are_enough_from_simple_to_advanced() -> None:
    levels = [LEVELS.index(recipe.level) for recipe in RECIPES]
    assert len(RECIPES) >= 25 and levels == sorted(levels) and set(levels) == {0, 1, 2}
    assert len({recipe.question for recipe in RECIPES}) == len(RECIPES)
    assert all(recipe.question.endswith("?") for recipe in RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_it_answers_by_source(recipe: Recipe, release: duckdb.DuckDBPyConnection) -> None:
    only_select(recipe.sql)
    answer = release.execute(recipe.sql)
    assert "source_system" in [column[0] for column in answer.description]
    rows = answer.fetchall()
    assert rows and any(value is not None for row in rows for value in row[1:])


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_an_analyst_may_ask_it(recipe: Recipe) -> None:
    """Only marts of analysts, and no column that is kept from them."""
    tables = read_by(recipe)
    assert tables and tables <= set(MARTS)
    about = [MARTS[table]["config"]["meta"] for table in tables]
    assert not [meta for meta in about if meta["access"]["analyst"] == "denied"]
    secret = {name for meta in about for name in meta.get("hides", {}).get("analyst", [])}
    secret |= {
        column["name"]
        for table in tables
        for column in MARTS[table]["columns"]
        if column.get("config", {}).get("meta", {}).keys() & {"secret", "personal"}
    }
    tree = sqlglot.parse_one(recipe.sql, read="duckdb")
    assert not secret & {column.name for column in tree.find_all(exp.Column)}


def test_the_list_has_them_all() -> None:
    told = (FOLDER / "README.md").read_text()
    for recipe in RECIPES:
        assert f"| [{recipe.question}]({recipe.name}.sql) | {recipe.teaches} |" in told
    assert told.count("\n| [") == len(RECIPES)


def test_they_are_saved_queries_of_superset() -> None:
    saved = {c["label"]: c["sql"] for p, c in bundle().items() if p.startswith("queries/")}
    assert saved == {recipe.label: recipe.sql for recipe in RECIPES}
    assert all(len(label) <= 256 for label in saved)
