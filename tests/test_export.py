"""The export of dashboards without a server: the inverse of the bundle, and what it cannot say.

tests/test_serve.py does it with a real Superset, changed over its own interface.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache

import pytest
import yaml

from crw.serve.assets import DASHBOARDS, Content, bundle, shared, uid
from crw.serve.export import _plain, edited, unbundle

FILES = sorted({*DASHBOARDS.glob("*/*/*.yaml"), *DASHBOARDS.glob("*/dashboard.yaml")})


@cache
def told(path: str) -> Content:
    return _plain(yaml.load((DASHBOARDS / path).read_text(), yaml.CSafeLoader))


@pytest.fixture(scope="module")
def whole() -> dict[str, Content]:
    return bundle()


@pytest.fixture
def held(whole: dict[str, Content]) -> dict[str, Content]:
    """The bundle, to be changed."""
    return deepcopy(whole)


def test_the_bundle_comes_back_as_the_files(whole: dict[str, Content]) -> None:
    files, notes = unbundle(whole)
    assert notes == []
    for path, content in files.items():
        assert _plain(content) == told(path), path
    assert {DASHBOARDS / path for path in files} == {*FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DASHBOARDS)))
def test_a_file_is_written_as_it_stands(path) -> None:
    """Else an export would change lines that nobody changed."""
    text = path.read_text()
    assert edited(text, yaml.safe_load(text)) == text


def test_only_what_changed_is_written() -> None:
    text = (
        "# why it is called so\ntitle: Before\nrows:\n- height: 26\n  charts: {a: 6, b: 6}\n"
        "- height: 48\n  charts: {c: 12}\n"
    )
    content = {
        "title": "After",
        "rows": [
            {"height": 26, "charts": {"b": 6, "a": 6}},
            {"height": 30, "charts": {"d": 12}},
            {"height": 48, "charts": {"c": 12}},
        ],
    }
    assert edited(text, content) == (
        "# why it is called so\ntitle: After\nrows:\n- height: 26\n  charts: {b: 6, a: 6}\n"
        "- height: 30\n  charts:\n    d: 12\n- height: 48\n  charts: {c: 12}\n"
    )
    assert edited(edited(text, content), yaml.safe_load(text)) == text


def own_chart(held: dict[str, Content]) -> Content:
    """A chart of one dashboard, with metrics."""
    return next(
        c
        for p, c in held.items()
        if p.startswith("charts/") and "_shared" not in p and c["params"].get("metrics")
    )


def adhoc_metric(held: dict[str, Content]) -> None:
    own_chart(held)["params"]["metrics"] = [{"expressionType": "SQL", "sqlExpression": "count(*)"}]


def sql_filter(held: dict[str, Content]) -> None:
    own_chart(held)["params"]["adhoc_filters"].append(
        {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": "1 = 1"}
    )


def saved_period(held: dict[str, Content]) -> None:
    for chart in (c for p, c in held.items() if p.startswith("charts/")):
        for each in chart["params"]["adhoc_filters"]:
            if each["operator"] == "TEMPORAL_RANGE":
                each["comparator"] = "Last month"


def board(held: dict[str, Content]) -> Content:
    return next(c for p, c in held.items() if p.startswith("dashboards/"))


def own_filter(held: dict[str, Content]) -> None:
    board(held)["metadata"]["native_filter_configuration"].append(
        {"id": "NATIVE_FILTER-x1", "name": "Weather"}
    )


def own_colour(held: dict[str, Content]) -> None:
    board(held)["metadata"]["label_colors"] = {"import": "#000000"}


def own_style(held: dict[str, Content]) -> None:
    board(held)["css"] = "body {}"


def text_among_charts(held: dict[str, Content]) -> None:
    position = board(held)["position"]
    position["MARKDOWN-x"] = {"type": "MARKDOWN", "id": "MARKDOWN-x", "children": []}
    position["MARKDOWN-x"]["meta"] = {"code": "a word", "width": 4, "height": 20}
    position["ROW-x"] = {"type": "ROW", "id": "ROW-x", "children": ["MARKDOWN-x"]}
    position["GRID_ID"]["children"].append("ROW-x")


def metric_of_two(held: dict[str, Content]) -> None:
    """The expression of a metric that is made of hits and of."""
    metrics = held["datasets/warehouse/fct_inspections.yaml"]["metrics"]
    next(m for m in metrics if m["metric_name"] == "hit_rate")["expression"] = "avg(1)"


def metric_that_follows(held: dict[str, Content]) -> None:
    metrics = held["datasets/warehouse/fct_inspections.yaml"]["metrics"]
    next(m for m in metrics if m["metric_name"] == "hit_rate__yhat_lower")["expression"] = "0"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (adhoc_metric, "metric of its own"),
        (sql_filter, "1 = 1"),
        (saved_period, "Last month"),
        (own_filter, "Weather"),
        (own_colour, "colours"),
        (own_style, "style"),
        (text_among_charts, "a row of markdown"),
        (metric_of_two, "hits and of"),
        (metric_that_follows, "hit_rate__yhat_lower"),
    ],
)
def test_what_the_files_have_no_word_for_is_said_and_left(
    held: dict[str, Content], change: Callable, said: str
) -> None:
    change(held)
    files, notes = unbundle(held)
    assert any(said in note for note in notes), notes
    for path, content in files.items():
        assert _plain(content) == told(path), path


def test_a_page_of_the_browser_becomes_a_folder(held: dict[str, Content]) -> None:
    page = board(held) | {"uuid": uid("browser"), "slug": "by-hand", "dashboard_title": "By hand"}
    chart = own_chart(held) | {"uuid": uid("browser chart"), "slice_name": "Nobody's chart"}
    nodes = {"GRID_ID": {"children": ["ROW-1"]}, "ROW-1": {"type": "ROW", "children": ["CHART-1"]}}
    meta = {"uuid": chart["uuid"], "width": 12, "height": 30}
    nodes["CHART-1"] = {"type": "CHART", "children": [], "meta": meta}
    held |= {"dashboards/x.yaml": page | {"position": nodes}, "charts/x.yaml": chart}
    files, notes = unbundle(held)
    assert files["by_hand/dashboard.yaml"]["rows"] == [
        {"height": 30, "charts": {"nobody_s_chart": 12}}
    ]
    assert files["by_hand/charts/nobody_s_chart.yaml"]["title"] == "Nobody's chart"
    assert [note for note in notes if "who reads it" in note]


def test_a_chart_taken_off_its_page_loses_its_file(held: dict[str, Content]) -> None:
    position = board(held)["position"]
    gone = position["GRID_ID"]["children"].pop()
    names = [position[child]["meta"]["uuid"] for child in position[gone]["children"]]
    files, _ = unbundle(held)
    removed = [path for path, content in files.items() if content is None]
    assert removed and len(removed) == len(names)


def test_filters_of_the_pages_are_the_shared_ones(held: dict[str, Content]) -> None:
    board(held)["metadata"]["native_filter_configuration"].pop()
    files, notes = unbundle(held)
    pages = [c for p, c in files.items() if p.endswith("dashboard.yaml")]
    assert notes == [] and any(set(p["filters"]) < set(shared("filters")) for p in pages)


def test_without_superset_it_says_what_to_do(crw: Callable, tmp_path) -> None:
    assert "crw serve" in crw(tmp_path / "home", "dashboards", "export", code=2).stderr
