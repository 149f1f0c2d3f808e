"""The dashboards hold together: dashboard, chart, dataset, mart, column; without a server."""

import re
import uuid
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sqlglot
import yaml
from sqlglot import exp

from crw.serve.prepare import DASHBOARDS, bundle, mart_contracts

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "customs-risk-warehouse")
# Numbers that Superset gives to the things of one installation.
NUMBERED = {"id", "chartId", "slice_id", "datasetId", "datasource", "dashboards", "chartsInScope"}


@cache
def files(pattern: str) -> dict[str, dict[str, Any]]:
    """Asset files: path without its ending -> content."""
    return {
        str(path.relative_to(DASHBOARDS).with_suffix("")): yaml.safe_load(path.read_text())
        for path in sorted(DASHBOARDS.glob(pattern))
    }


def by_uuid(pattern: str) -> dict[str, dict[str, Any]]:
    return {content["uuid"]: content for content in files(pattern).values()}


CHARTS, DATASETS = files("*/charts/*.yaml"), files("_shared/datasets/*.yaml")
BOARDS = files("*/dashboard.yaml")


def charts_on(board: dict[str, Any]) -> dict[str, dict[str, Any]]:
    nodes = (node for node in board["position"].values() if isinstance(node, dict))
    return {n["meta"]["uuid"]: n for n in nodes if n["type"] == "CHART"}


def columns_of(dataset: dict[str, Any]) -> set[str]:
    return {column["column_name"] for column in dataset["columns"]}


def asked(params: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The columns and the metrics that a chart asks of its dataset."""
    columns, metrics = set(), set()
    for name in ("groupby", "all_columns", "x_axis", "groupby_b", "columns"):
        columns |= set(as_list(params.get(name)))
    for name in ("metric", "metrics", "metrics_b", "timeseries_limit_metric"):
        metrics |= set(as_list(params.get(name)))
    for filters in ("adhoc_filters", "adhoc_filters_b"):
        columns |= {each["subject"] for each in params.get(filters, [])}
    return columns, metrics


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def walk(node: Any) -> Iterator[tuple[str, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield str(key), value
        if isinstance(value, dict | list):
            yield from walk(value)


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_shows_each_of_its_charts_once(name: str) -> None:
    board, folder = BOARDS[name], name.removesuffix("/dashboard")
    shown = [node["meta"]["uuid"] for node in charts_on(board).values()]
    assert len(shown) == len(set(shown))
    assert set(shown) == set(by_uuid(f"{folder}/charts/*.yaml"))
    placed = {
        child
        for node in board["position"].values()
        if isinstance(node, dict)
        for child in node.get("children", [])
    }
    nodes = {key for key, node in board["position"].items() if isinstance(node, dict)}
    assert placed == nodes - {"ROOT_ID", "HEADER_ID"}


@pytest.mark.parametrize("name", BOARDS)
def test_a_row_is_as_wide_as_the_page(name: str) -> None:
    position = BOARDS[name]["position"]
    for node in position.values():
        if isinstance(node, dict) and node["type"] == "ROW":
            assert sum(position[child]["meta"]["width"] for child in node["children"]) == 12


@pytest.mark.parametrize("name", BOARDS)
def test_filters_name_columns_that_exist_and_leave_out_charts_that_exist(name: str) -> None:
    board, datasets = BOARDS[name], by_uuid("_shared/datasets/*.yaml")
    for each in board["metadata"]["native_filter_configuration"]:
        assert set(each["scope"]["excluded"]) <= set(charts_on(board))
        for target in filter(None, each["targets"]):
            assert target["column"]["name"] in columns_of(datasets[target["datasetUuid"]])


@pytest.mark.parametrize("name", BOARDS)
def test_a_filter_reaches_every_chart_in_its_scope(name: str) -> None:
    """Superset drops a filter without a word where a chart's dataset has no such column."""
    board, datasets = BOARDS[name], by_uuid("_shared/datasets/*.yaml")
    charts = by_uuid(f"{name.removesuffix('/dashboard')}/charts/*.yaml")
    for each in board["metadata"]["native_filter_configuration"]:
        for target in filter(None, each["targets"]):
            for uid in set(charts) - set(each["scope"]["excluded"]):
                held = columns_of(datasets[charts[uid]["dataset_uuid"]])
                assert target["column"]["name"] in held, (each["name"], charts[uid]["slice_name"])


@pytest.mark.parametrize("name", BOARDS)
def test_one_meaning_per_colour(name: str) -> None:
    colours = list(BOARDS[name]["metadata"]["label_colors"].values())
    assert len(colours) == len(set(colours))


# What the three kinds of colour blindness make of linear RGB (Machado, Oliveira, Fernandes 2009).
BLIND = {
    "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
SIDE_BY_SIDE = [
    {"green_share", "blue_share", "yellow_share", "red_share"},
    {"import", "export", "transit"},
    {"inspected", "risk_hit_rate", "random_hit_rate"},
]


def lightness_and_hue(colour: str, seen: list[list[float]]) -> np.ndarray:
    """CIE Lab of a colour as somebody sees it: distances in it are distances to the eye."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(seen) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("blind_to", BLIND)
def test_colour_blind_readers_tell_colours_apart(blind_to: str) -> None:
    colours = BOARDS["risk_overview/dashboard"]["metadata"]["label_colors"]
    for group in SIDE_BY_SIDE:
        for one, other in combinations(sorted(group), 2):
            seen = [lightness_and_hue(colours[name], BLIND[blind_to]) for name in (one, other)]
            assert np.linalg.norm(seen[0] - seen[1]) > 15, (one, other)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_asks_for_what_its_dataset_has(name: str) -> None:
    chart = CHARTS[name]
    dataset = by_uuid("_shared/datasets/*.yaml")[chart["dataset_uuid"]]
    columns, metrics = asked(chart["params"])
    assert columns | metrics, "the chart asks for nothing"
    assert columns <= columns_of(dataset)
    # Metrics by name only: written once, in the dataset.
    assert metrics <= {metric["metric_name"] for metric in dataset["metrics"]}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_opens_on_data_whatever_the_day(name: str) -> None:
    """No period that counts from today: old data must not make an empty page."""
    periods = {
        f.get("comparator")
        for f in CHARTS[name]["params"].get("adhoc_filters", [])
        if f["operator"] == "TEMPORAL_RANGE"
    }
    assert periods <= {"No filter"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_explains_itself(name: str) -> None:
    chart = CHARTS[name]
    told = chart.get("description") or chart["params"].get("subtitle")
    assert told or chart["slice_name"] == "Where this comes from"


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_its_mart(name: str) -> None:
    dataset = DATASETS[name]
    stored = {c["column_name"] for c in dataset["columns"] if not c.get("expression")}
    assert dataset.get("sql") is None
    assert stored == set(mart_contracts()[dataset["table_name"]])


@pytest.mark.parametrize("name", DATASETS)
def test_expressions_of_a_dataset_use_columns_of_its_mart(name: str) -> None:
    dataset = DATASETS[name]
    mart = set(mart_contracts()[dataset["table_name"]])
    for each in [*dataset["columns"], *dataset["metrics"]]:
        if each.get("expression"):
            parsed = sqlglot.parse_one(each["expression"], read="duckdb")
            assert {column.name for column in parsed.find_all(exp.Column)} <= mart


@pytest.mark.parametrize("name", DATASETS)
def test_what_readers_see_is_named_and_explained(name: str) -> None:
    dataset = DATASETS[name]
    for each in [*dataset["columns"], *dataset["metrics"]]:
        assert each["verbose_name"] and "_" not in each["verbose_name"], each
    for metric in dataset["metrics"]:
        assert metric["description"].endswith(".") and metric["d3format"]
    labels = [column["verbose_name"] for column in dataset["columns"]]
    assert len(labels) == len(set(labels))


def test_every_id_is_the_uuid_of_its_name() -> None:
    for path, content in files("**/*.yaml").items():
        dashboard, *rest = path.split("/")
        if dashboard == "_shared":
            slug = "/".join(rest)
        elif rest == ["dashboard"]:
            slug = f"dashboards/{dashboard}"
        else:
            slug = f"charts/{dashboard}/{rest[-1]}"
        assert content["uuid"] == str(uuid.uuid5(NAMESPACE, slug)), path
        assert re.fullmatch(r"[a-z0-9_/]+", path)


def test_no_number_of_one_installation_is_committed() -> None:
    for path, content in files("**/*.yaml").items():
        for key, value in walk(content):
            numbers = [
                v
                for v in (value if isinstance(value, list) else [value])
                if isinstance(v, int) and not isinstance(v, bool)
            ]
            assert not (key in NUMBERED and numbers), (path, key, value)
            assert key not in NUMBERED - {"id"}, (path, key)


def test_the_bundle_takes_types_and_words_from_the_marts() -> None:
    for path, content in bundle().items():
        if path.startswith("datasets/"):
            for column in content["columns"]:
                assert column["type"] and column["description"], (path, column["column_name"])
                assert "{{" not in column["description"]
