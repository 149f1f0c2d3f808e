"""Pages that go with a release: Data Docs and the dictionary, without a server."""

import gzip
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from crw.check import Outcome
from crw.data_docs import write_data_docs
from crw.home import Home, read_json
from crw.serve.assets import mart_contracts


def page(home: Home, name: str) -> str:
    return gzip.decompress((home.current / f"{name}.html.gz").read_bytes()).decode()


def asks_outside(text: str) -> list[str]:
    """What a browser would load of itself."""
    loads = r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=[\"'](?:https?:)?//[^\"']*"
    return re.findall(rf"{loads}|@import|url\(['\"]?https?:", text)


def test_data_docs_tell_every_expectation_of_the_release(built_home: Home) -> None:
    text = page(built_home, "data_docs")
    results = read_json(built_home.check_state)["results"]
    asked = {r["check_name"]: r["meaning"] for r in results if r["kind"] == "gx"}
    assert len(asked) >= 40
    for name, meaning in asked.items():
        assert name in text and meaning in unescape(text), name
    assert "values must be" in text, "the words of Great Expectations"
    assert not asks_outside(text) and str(built_home.root) not in text


def test_the_dictionary_tells_every_column_of_every_mart(built_home: Home) -> None:
    text = page(built_home, "dictionary")
    for mart, columns in mart_contracts().items():
        assert f'"model.customs_risk_warehouse.{mart}"' in text
        assert all(f'"{column}"' in text for column in columns)
    assert not asks_outside(text) and str(built_home.root) not in text


@pytest.fixture
def failing(tmp_path: Path) -> str:
    """Data Docs of a check that found something, with a value that must not be shown."""
    home = Home(tmp_path)
    home.build.mkdir()
    result = {
        "success": False,
        "expectation_config": {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "percent_without_mass", "max_value": 5.0, "batch_id": "x"},
            "meta": {"check": "items_without_mass"},
        },
        "result": {
            "element_count": 4,
            "missing_count": 0,
            "missing_percent": 0.0,
            "unexpected_count": 1,
            "unexpected_percent": 25.0,
            "unexpected_percent_nonmissing": 25.0,
            "partial_unexpected_list": ["Jane Doe"],
            "partial_unexpected_counts": [{"value": "Jane Doe", "count": 1}],
            "unexpected_index_list": [{"label": "Jane Doe"}],
        },
        "exception_info": {"raised_exception": False},
    }
    about = {"kind": "gx", "severity": "warning", "owner": "data_steward", "expected": "at most 5"}
    outcomes = [
        Outcome("cdps", "fct_items", "fine", meaning="None.", status="pass", observed="1", **about),
        Outcome(
            "cdps",
            "fct_items",
            "items_without_mass",
            meaning="Too many <b>items</b> have no mass; $5.",
            status="fail",
            observed="QM010: 7",
            result=result,
            **about,
        ),
        Outcome(
            None, "aaa", "a test", **about | {"kind": "dbt"}, meaning="", status="pass", observed=""
        ),
    ]
    write_data_docs(home, datetime(2026, 11, 26, 22, 3, tzinfo=UTC), outcomes)
    return gzip.decompress(home.data_docs.read_bytes()).decode()


def test_what_failed_stands_first_in_words_and_counts(failing: str) -> None:
    words = re.sub(r"<[^>]+>|\s+", " ", failing)
    words = re.sub(r" +", " ", words)
    assert "at 2026-11-26 22:03 UTC: 2 expectations" in words and "1 tests of dbt" in words
    assert "2 passed, 1 failed, 0 could not run" in words
    assert words.index("items_without_mass") < words.index(" fine ")
    assert "percent_without_mass values must be less than or equal to 5.0" in words
    assert "1 unexpected values found. 25% of 4 total rows" in words
    assert "QM010: 7" in words and "data steward" in words
    assert " aaa " not in words, "a test of dbt that passed"


def test_data_docs_hold_no_value_and_no_markup_of_others(failing: str) -> None:
    assert "Jane Doe" not in failing
    assert "<b>items</b>" not in failing and "&lt;b&gt;items&lt;/b&gt; have no mass; $5." in failing
