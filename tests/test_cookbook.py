"""The SQL cookbook: every query runs, as an analyst may run it, and answers by source."""

from contextlib import closing

import pytest

from crw.access import Reader
from crw.home import Home
from crw.serve.assets import bundle
from crw.serve.cookbook import FOLDER, LEVELS, Recipe, recipes
from crw.serve.release import Connection, Release

RECIPES = recipes()
NATIONAL = Reader("analyst", None)
OF_AN_OFFICE = Reader("analyst", frozenset({("cdps", "QM010")}))


@pytest.fixture(scope="module")
def release(planted_home: Home) -> Release:
    return Release.open("planted", planted_home.current / "warehouse.duckdb")


def ask(release: Release, who: Reader, recipe: Recipe) -> tuple[list[str], list[tuple]]:
    """Columns and rows, as SQL Lab gives them: of views that hold what an analyst may see."""
    with closing(Connection(release, who)) as connection:
        cursor = connection.cursor()
        cursor.execute(recipe.sql)
        return [column[0] for column in cursor.description], cursor.fetchall()


def test_there_are_enough_from_simple_to_advanced() -> None:
    levels = [LEVELS.index(recipe.level) for recipe in RECIPES]
    assert len(RECIPES) >= 25 and levels == sorted(levels) and set(levels) == {0, 1, 2}
    assert len({recipe.question for recipe in RECIPES}) == len(RECIPES)
    assert all(recipe.question.endswith("?") for recipe in RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_it_answers_an_analyst_by_source(recipe: Recipe, release: Release) -> None:
    columns, rows = ask(release, NATIONAL, recipe)
    assert "source_system" in columns
    assert rows and any(value is not None for row in rows for value in row[1:])
    assert set(ask(release, OF_AN_OFFICE, recipe)[0]) == set(columns)


def test_the_list_has_them_all() -> None:
    told = (FOLDER / "README.md").read_text()
    for recipe in RECIPES:
        assert f"| [{recipe.question}]({recipe.name}.sql) | {recipe.teaches} |" in told
    assert told.count("\n| [") == len(RECIPES)


def test_they_are_saved_queries_of_superset() -> None:
    saved = {c["label"]: c["sql"] for p, c in bundle().items() if p.startswith("queries/")}
    assert saved == {recipe.label: recipe.sql for recipe in RECIPES}
    assert all(len(label) <= 256 for label in saved)
