"""The dashboards hold together: dashboard, chart, dataset, mart, column; without a server."""

import re
from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sqlglot
from sqlglot import exp

from crw.serve import assets, theme
from crw.serve.assets import bundle, columns_of, mart_contracts, placed, reach, shared, time_of

# Numbers that Superset gives to the things of one installation, and ids that are made of names.
NUMBERED = re.compile(
    r"^\s*(id|uuid|chartId|slice_id|datasetId|datasource|dashboards?_id)\s*:", re.M
)

CHARTS, DATASETS, BOARDS = assets.charts(), assets.datasets(), assets.boards()
FILTERS = shared("filters")


def metrics_of(mart: str) -> set[str]:
    return {metric["name"] for metric in assets.metrics_of(mart)}


def asked(params: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The columns and the metrics that a chart asks of its dataset."""
    columns, metrics = set(), set()
    for name in COLUMNS:
        columns |= set(as_list(params.get(name)))
    for name in METRICS:
        metrics |= set(as_list(params.get(name)))
    for filters in ("adhoc_filters", "adhoc_filters_b"):
        columns |= {each["subject"] for each in params.get(filters, [])}
    return columns, metrics


# Where the form data of Superset's charts name columns and metrics.
COLUMNS = ("groupby", "groupby_b", "all_columns", "columns", "x_axis", "entity", "series")
COLUMNS += ("groupbyColumns", "groupbyRows", "source", "target")
METRICS = ("metric", "metrics", "metrics_b", "timeseries_limit_metric", "percent_metrics", "size")
METRICS += ("secondary_metric", "x", "y")


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_shows_each_of_its_charts_once(name: str) -> None:
    shown = Counter(n for row in BOARDS[name]["rows"] for n in row.get("charts", {}))
    assert set(shown.values()) == {1}
    own = {chart.split("/")[1] for chart in CHARTS if chart.startswith(f"{name}/")}
    assert own <= set(shown), "a chart of this dashboard is not on it"
    assert set(placed(name, BOARDS[name]).values()) <= set(CHARTS)
    titles = Counter(CHARTS[path]["title"] for path in placed(name, BOARDS[name]).values())
    assert set(titles.values()) == {1}, titles.most_common(1)


def test_every_page_links_to_all_of_them() -> None:
    assert sorted(shared("pages")) == sorted(BOARDS)
    for folder, board in BOARDS.items():
        links = bundle()[f"dashboards/{folder}.yaml"]["position"]["MARKDOWN-LINKS"]["meta"]["code"]
        assert f"**{board['title']}**" in links
        assert len(re.findall(r"\]\(/superset/dashboard/[a-z-]+/\)", links)) == len(BOARDS) - 1


def test_every_shared_chart_is_shown_somewhere() -> None:
    shown = {path for name, board in BOARDS.items() for path in placed(name, board).values()}
    assert shown == set(CHARTS)


@pytest.mark.parametrize("name", BOARDS)
def test_a_row_is_as_wide_as_the_page(name: str) -> None:
    for row in BOARDS[name]["rows"]:
        assert "heading" in row or sum(row["charts"].values()) == assets.WIDTH, row


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_says_who_reads_it_and_what_it_answers(name: str) -> None:
    board = BOARDS[name]
    assert set(board) - {"header_height", "clicks"} == {
        *("title", "slug", "description", "reader", "intro", "filters", "rows")
    }
    assert "?" in board["intro"] and board["filters"][0] == "source"


@pytest.mark.parametrize("name", BOARDS)
def test_a_click_acts_on_charts_of_the_page(name: str) -> None:
    on_it = placed(name, BOARDS[name])
    for chart, others in BOARDS[name].get("clicks", {}).items():
        assert {chart, *others} <= set(on_it) and chart not in others


def test_a_list_of_a_filter_takes_nothing_that_is_not_in_it() -> None:
    for folder in BOARDS:
        filters = bundle()[f"dashboards/{folder}.yaml"]["metadata"]["native_filter_configuration"]
        lists = [each["controlValues"] for each in filters if each["controlValues"]]
        assert lists and not any(each["creatable"] for each in lists)


def test_filters_name_columns_that_exist() -> None:
    assert set(FILTERS) >= {name for board in BOARDS.values() for name in board["filters"]}
    for each in FILTERS.values():
        assert "column" not in each or each["column"] in columns_of(each["dataset"])


@pytest.mark.parametrize("name", BOARDS)
def test_a_filter_reaches_something_and_the_source_everything(name: str) -> None:
    """Superset drops a filter without a word where a chart's dataset has no such column."""
    on_it = placed(name, BOARDS[name])
    for each in BOARDS[name]["filters"]:
        assert reach(each, on_it), each
    assert reach("source", on_it) == set(on_it)


def test_one_meaning_per_colour() -> None:
    meanings = shared("colours").values()
    assert len({meaning["colour"] for meaning in meanings}) == len(meanings)
    labels = [label for meaning in meanings for label in meaning["labels"]]
    assert len(labels) == len(set(labels))


# What the three kinds of colour blindness make of linear RGB (Machado, Oliveira, Fernandes 2009).
BLIND = {
    "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
SIDE_BY_SIDE = [
    {"channel_green", "channel_blue", "channel_yellow", "channel_red"},
    {"regime_import", "regime_export", "regime_transit"},
    {"inspections", "chosen_by_risk", "chosen_by_lot"},
    {"chosen_by_score", "chosen_by_risk", "chosen_by_lot", "chosen_by_history"},
    {"channel_yellow", "scanned", "channel_red"},
    {"verdict_keep", "verdict_watch", "verdict_retire", "verdict_none", "no_figure"},
    {"verdict_keep", "verdict_watch", "verdict_retire", "answered_by_name_only", "verdict_none"},
    {"verdict_watch", "verdict_retire", "worse_than_bad"},
    {"seizures", "seizures_revenue", "seizures_other"},
    {"effort_too_little", "effort_in_proportion", "effort_much"},
    {"offences_found", "seizures"},
    {"released_at_once", "released_same_day"},
    {"waits_long", "never_released"},
    {"waits_from_arrival_most", "waits_from_arrival", "waits_from_acceptance"},
    {"aeo_inspected", "aeo_waits"},
    {"value_missing", "value_surplus"},
    {"audit_found", "audit_clean"},
    {"assessed", "collected"},
]


def linear_rgb(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """How bright it is, as WCAG 2 reckons."""
    return float(linear_rgb(colour) @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", shared("colours"))
def test_a_colour_stands_out_in_the_dark(name: str) -> None:
    """3:1, as WCAG asks of what is no text. On white, pale ones are told by what is beside them."""
    colour = luminance(shared("colours")[name]["colour"])
    assert (colour + 0.05) / (luminance(theme.DARK["colorBgContainer"]) + 0.05) >= 3
    assert 1.05 / (colour + 0.05) >= 1.5


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK])
def test_words_can_be_read_on_their_ground(look: dict[str, Any]) -> None:
    ground = luminance(look.get("colorBgContainer", "#FFFFFF"))
    for word in ("colorTextBase", "colorLink"):
        dark, light = sorted([ground, luminance(look[word])])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, word


def lightness_and_hue(colour: str, seen: list[list[float]]) -> np.ndarray:
    """CIE Lab of a colour as somebody sees it: distances in it are distances to the eye."""
    linear = np.clip(np.array(seen) @ linear_rgb(colour), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("blind_to", BLIND)
def test_colour_blind_readers_tell_colours_apart(blind_to: str) -> None:
    colours = {name: meaning["colour"] for name, meaning in shared("colours").items()}
    for group in SIDE_BY_SIDE:
        for one, other in combinations(sorted(group), 2):
            seen = [lightness_and_hue(colours[name], BLIND[blind_to]) for name in (one, other)]
            assert np.linalg.norm(seen[0] - seen[1]) > 15, (one, other)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_asks_for_what_its_dataset_has(name: str) -> None:
    chart = CHARTS[name]
    columns, metrics = asked(chart["params"])
    assert columns | metrics, "the chart asks for nothing"
    assert columns <= columns_of(chart["dataset"])
    assert time_of(chart) is None or time_of(chart) in columns_of(chart["dataset"])
    # Metrics by name only: written once, in the dataset.
    assert metrics <= metrics_of(chart["dataset"])


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_opens_on_data_whatever_the_day(name: str) -> None:
    """No period that counts from today: old data must not make an empty page."""
    filters = CHARTS[name]["params"].get("adhoc_filters", [])
    assert not [each for each in filters if each["operator"] == "TEMPORAL_RANGE"]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_explains_itself(name: str) -> None:
    chart = CHARTS[name]
    told = chart.get("description") or chart["params"].get("subtitle")
    assert told or name == f"{assets.SHARED}/{assets.HEADER['chart']}"


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_stands_on_its_mart(name: str) -> None:
    dataset = DATASETS[name]
    mart = set(mart_contracts()[name])
    assert dataset.get("time") is None or dataset["time"] in columns_of(name)
    assert set(dataset.get("labels", {})) <= mart
    for each in [*dataset.get("calculated", []), *assets.metrics_of(name)]:
        parsed = sqlglot.parse_one(each["expression"], read="duckdb")
        assert {column.name for column in parsed.find_all(exp.Column)} <= mart


def test_every_dataset_and_every_label_is_used() -> None:
    used = {chart["dataset"] for chart in CHARTS.values()}
    used |= {each["dataset"] for each in FILTERS.values() if "dataset" in each}
    assert used == set(DATASETS)
    marts = mart_contracts()
    assert set(shared("labels")) <= {column for mart in DATASETS for column in marts[mart]}


@pytest.mark.parametrize("name", DATASETS)
def test_what_readers_see_is_named_and_explained(name: str) -> None:
    (dataset,) = (c for p, c in bundle().items() if p == f"datasets/warehouse/{name}.yaml")
    for each in [*dataset["columns"], *dataset["metrics"]]:
        assert each["verbose_name"] and "_" not in each["verbose_name"], each
        assert each["description"] and "{{" not in each["description"], each
    for metric in dataset["metrics"]:
        assert metric["description"].endswith(".") and metric["d3format"]
    labels = [column["verbose_name"] for column in dataset["columns"]]
    assert len(labels) == len(set(labels))


def test_ids_are_made_of_names_and_stand_in_no_file() -> None:
    for path in assets.DASHBOARDS.rglob("*.yaml"):
        slug = str(path.relative_to(assets.DASHBOARDS).with_suffix(""))
        assert re.fullmatch(r"[a-z0-9_/]+", slug)
        assert not NUMBERED.search(path.read_text()), path
    ids = [content["uuid"] for content in bundle().values() if "uuid" in content]
    assert len(ids) == len(set(ids)) > 10
