"""The dashboards as files, and the import bundle that Superset makes of them.

The files in `dashboards/` say everything once: no ids, no layout nodes, no list of columns. What
the mart's contract says of a column (type, description) comes from there; ids are made of names;
the numbers that Superset wants for charts are dealt here, so that none is committed.
"""

import re
import uuid
from functools import cache
from typing import Any

from crw.errors import CrwError
from crw.home import PROJECT, read_yaml
from crw.serve.cookbook import recipes

DASHBOARDS = PROJECT / "dashboards"
MODELS = PROJECT / "models"
SHARED = "_shared"
WIDTH = 12
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "customs-risk-warehouse")
# The row every page begins with: what it answers, and of which release and day the data is.
HEADER = {"height": 22, "intro": 5, "chart": "release_state"}
LINKS = "LINKS"
CURRENCY = "currency_national"
_UNITS = {
    "kg": "(kg)",
    "national": "(national currency)",
    "at": "at (UTC)",
    "id": "number",
    "percent": "(%)",
}

Content = dict[str, Any]


def uid(*names: str) -> str:
    """The id of a thing: always the same for the same path."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


@cache
def shared(name: str) -> Content:
    """One of the lists that all dashboards share: filters, colours, labels."""
    return read_yaml(DASHBOARDS / SHARED / f"{name}.yaml")


@cache
def boards() -> dict[str, Content]:
    """Dashboards by folder."""
    return {
        path.parent.name: read_yaml(path) for path in sorted(DASHBOARDS.glob("*/dashboard.yaml"))
    }


@cache
def charts() -> dict[str, Content]:
    """Charts as written, by folder and name."""
    return {
        f"{path.parent.parent.name}/{path.stem}": read_yaml(path)
        for path in sorted(DASHBOARDS.glob("*/charts/*.yaml"))
    }


@cache
def datasets() -> dict[str, Content]:
    """Datasets as written, by mart."""
    return {
        path.stem: read_yaml(path) for path in sorted(DASHBOARDS.glob(f"{SHARED}/datasets/*.yaml"))
    }


def bundle() -> dict[str, Content]:
    """Superset's import bundle: path in the bundle -> content."""
    found: dict[str, Content] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00"},
        "databases/warehouse.yaml": shared("database")
        | {"version": "1.0.0", "uuid": uid("databases", "warehouse")}
        | {"is_managed_externally": True},
    }
    # One for each mart, also where no chart needs it: Superset's permissions hang on datasets.
    plain = {page["name"]: {"description": page["description"]} for page in mart_pages()}
    for mart, content in (plain | datasets()).items():
        found[f"datasets/warehouse/{mart}.yaml"] = _dataset(mart, content)
    for name, content in charts().items():
        found[f"charts/{name}.yaml"] = _chart(name, content)
    for folder, content in boards().items():
        found[f"dashboards/{folder}.yaml"] = _dashboard(folder, content)
    for recipe in recipes():
        found[f"queries/warehouse/{recipe.name}.yaml"] = {
            "version": "1.0.0",
            "uuid": uid("queries", recipe.name),
            "database_uuid": uid("databases", "warehouse"),
            "schema": "main",
            "label": recipe.label,
            "description": f"{recipe.level}. {recipe.teaches}",
            "sql": recipe.sql,
        }
    return found


# --- Datasets -----------------------------------------------------------------------------------


@cache
def mart_contracts() -> dict[str, dict[str, dict[str, Any]]]:
    """Every mart of dbt: name -> column -> its type and description, wording of doc blocks in."""
    blocks: dict[str, str] = {}
    for path in MODELS.rglob("*.md"):
        for name, text in re.findall(
            r"{%\s*docs\s+(\w+)\s*%}(.*?){%\s*enddocs\s*%}", path.read_text(), re.DOTALL
        ):
            blocks[name] = " ".join(text.split())

    def told(text: str) -> str:
        return re.sub(r"{{\s*doc\(\s*['\"](\w+)['\"]\s*\)\s*}}", lambda use: blocks[use[1]], text)

    return {
        model["name"]: {
            column["name"]: {
                "type": column["data_type"].upper(),
                "description": told(column.get("description", "")),
            }
            for column in model["columns"]
        }
        for model in mart_pages()
    }


@cache
def mart_pages() -> list[Content]:
    """What dbt's yml files say of each mart."""
    pages = [read_yaml(path) for path in sorted(MODELS.glob("marts/**/*.yml"))]
    return [model for page in pages for model in page.get("models", [])]


def label(mart: str, column: str) -> str:
    """How readers call a column: as the dataset says, as all do, or made of its name."""
    own = datasets().get(mart, {}).get("labels", {})
    return own.get(column) or _labels().get(column) or _made_of(column)


@cache
def _labels() -> Content:
    return shared("labels")


def _made_of(name: str) -> str:
    words = re.sub(r"^(is|has|was)_", "", name).split("_")
    words = [*words[:-1], _UNITS.get(words[-1], words[-1])] if len(words) > 1 else words
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def columns_of(mart: str) -> set[str]:
    """Columns of a dataset: those of its mart, and those made of them."""
    return {*mart_contracts()[mart], *(c["name"] for c in datasets()[mart].get("calculated", []))}


def _dataset(mart: str, content: Content) -> Content:
    contracts = mart_contracts()
    if mart not in contracts:
        raise CrwError(f"no mart is called '{mart}'", "name datasets as models of models/marts")
    stored = [
        {
            "column_name": name,
            "verbose_name": label(mart, name),
            "is_dttm": about["type"] in ("DATE", "TIMESTAMP"),
            **about,
        }
        for name, about in contracts[mart].items()
    ]
    made = [
        {
            "column_name": column["name"],
            "verbose_name": column["label"],
            "is_dttm": column["type"] in ("DATE", "TIMESTAMP"),
            **{key: column[key] for key in ("type", "expression", "description")},
        }
        for column in content.get("calculated", [])
    ]
    metrics = [
        {
            "metric_name": metric["name"],
            "verbose_name": metric["label"],
            "description": metric["description"],
            "expression": metric["expression"],
            "d3format": metric["format"],
        }
        for metric in metrics_of(mart)
    ]
    return {
        "version": "1.0.0",
        "uuid": uid("datasets", mart),
        "database_uuid": uid("databases", "warehouse"),
        "schema": "main",
        "table_name": mart,
        "description": content["description"],
        "main_dttm_col": content.get("time"),
        # Where a chart asks for the symbol of the currency, the data says which.
        "currency_code_column": CURRENCY if CURRENCY in contracts[mart] else None,
        "filter_select_enabled": True,
        "columns": stored + made,
        "metrics": metrics,
        "is_managed_externally": True,
    }


# --- Metrics ------------------------------------------------------------------------------------

# Superset draws a band around the series that has two others of its name with these endings.
BAND = {"__yhat_lower": ("lower", "at least"), "__yhat_upper": ("upper", "at most")}


@cache
def metrics_of(mart: str) -> list[Content]:
    """Metrics of a dataset, with those that intervals add to them."""
    written = datasets().get(mart, {}).get("metrics", [])
    return [each for own in written for each in _with_interval(own)]


def _with_interval(metric: Content) -> list[Content]:
    """A metric with `hits` and `of`, or with `lower` and `upper`, has an interval: its ends as
    metrics of their own, and a drawing of it, for a cell of a table.
    """
    if "hits" in metric:
        metric = metric | _rate(*(f"(1.0 * {metric[key].strip()})" for key in ("hits", "of")))
    if "lower" not in metric:
        return [metric]
    ends = [
        {
            "name": metric["name"] + ending,
            "label": f"{metric['label']}, {words}",
            "description": f"The {end} end of its 95 % interval.",
            "expression": metric[end],
            "format": metric["format"],
        }
        for ending, (end, words) in BAND.items()
    ]
    drawn = {
        "name": metric["name"] + "_interval",
        "label": metric.get("interval", "95 % interval"),
        "description": "A stroke for the figure in a bar for its 95 % interval; all rows from 0.",
        "expression": _drawn(metric),
        "format": metric["format"],
    }
    return [metric, *ends, drawn]


def _rate(hits: str, of: str) -> dict[str, str]:
    """The share of hits and its Wilson interval; 1.9208 and 3.8416 are half and all of 1.96²."""
    half = f"1.96 * sqrt({hits} * ({of} - {hits}) / nullif({of}, 0) + 0.9604)"
    return {
        "expression": f"{hits} / nullif({of}, 0)",
        "lower": f"({hits} + 1.9208 - {half}) / ({of} + 3.8416)",
        "upper": f"({hits} + 1.9208 + {half}) / ({of} + 3.8416)",
    }


def _drawn(metric: Content) -> str:
    """SQL of the drawing. What a metric has `beside` it, to be compared with, is a diamond."""
    beside = metric.get("beside", "null")
    whole = f"max(greatest({metric['upper']}, {beside})) over ()"

    def mark(kind: str, style: str, *figures: str) -> str:
        shares = ", ".join(f"100.0 * ({figure}) / nullif({whole}, 0)" for figure in figures)
        return f"""format('<span class="{kind}" style="{style}"></span>', {shares})"""

    reach = f"({metric['upper']}) - ({metric['lower']})"
    marks = [
        mark("reach", "left:{:.1f}%;width:{:.1f}%", metric["lower"], reach),
        mark("here", "left:{:.1f}%", metric["expression"]),
        *([mark("beside", "left:{:.1f}%", beside)] if "beside" in metric else []),
    ]
    # What is not known is not drawn: an upper end may stand alone.
    return f"""concat('<span class="interval">', {", ".join(marks)}, '</span>')"""


# --- Charts -------------------------------------------------------------------------------------


def time_of(chart: Content) -> str | None:
    """The column a chart's period filter acts on."""
    return chart["time"] if "time" in chart else datasets()[chart["dataset"]].get("time")


def _chart(name: str, content: Content) -> Content:
    if content["dataset"] not in datasets():
        raise CrwError(
            f"{name}: there is no dataset '{content['dataset']}'", "see dashboards/_shared/datasets"
        )
    params = {"viz_type": content["type"], "color_scheme": "customs"} | content["params"]
    time = time_of(content)
    for key in [k for k in params if k.startswith("adhoc_filters")] or ["adhoc_filters"]:
        params[key] = [
            {"clause": "WHERE", "expressionType": "SIMPLE", **each} for each in params.get(key, [])
        ]
        if time:
            # Without it Superset gives the period filter nothing to act on.
            params[key].append(_any_time(time))
    return {
        "version": "1.0.0",
        "uuid": uid("charts", name),
        "slice_name": content["title"],
        "description": content.get("description"),
        "viz_type": content["type"],
        "dataset_uuid": uid("datasets", content["dataset"]),
        "params": params,
        "is_managed_externally": True,
    }


def _any_time(column: str) -> Content:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": "TEMPORAL_RANGE",
        "comparator": "No filter",
    }


# --- Dashboards ---------------------------------------------------------------------------------


def placed(folder: str, board: Content) -> dict[str, str]:
    """Charts on a dashboard, by the name it gives them: folder and name of the file."""
    names = [HEADER["chart"], *(name for row in board["rows"] for name in row.get("charts", {}))]
    own = {path.stem for path in (DASHBOARDS / folder / "charts").glob("*.yaml")}
    return {name: f"{folder if name in own else SHARED}/{name}" for name in names}


def _dashboard(folder: str, board: Content) -> Content:
    known = charts()
    on_it = placed(folder, board)
    for name, path in on_it.items():
        if path not in known:
            raise CrwError(f"dashboards/{folder}: there is no chart '{name}'", "see its charts/")
    numbers = {name: number for number, name in enumerate(on_it, 1)}
    return {
        "version": "1.0.0",
        "uuid": uid("dashboards", folder),
        "dashboard_title": board["title"],
        "slug": board["slug"],
        "description": board["description"],
        "published": True,
        "css": (DASHBOARDS / SHARED / "style.css").read_text(),
        "position": _position(board, on_it, known, numbers),
        "metadata": {
            "color_scheme": "customs",
            "label_colors": label_colours(),
            "shared_label_colors": [],
            "cross_filters_enabled": True,
            "chart_configuration": _clicks(board.get("clicks", {}), numbers),
            "refresh_frequency": 0,
            "timed_refresh_immune_slices": [],
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                _filter(name, board["filters"], on_it, known, numbers) for name in board["filters"]
            ],
        },
        "is_managed_externally": True,
    }


def _clicks(acts_on: dict[str, list[str]], numbers: dict[str, int]) -> Content:
    """What a click on a chart acts on, where that is not every chart of the page."""
    told = {}
    for name, others in acts_on.items():
        left_alone = [number for other, number in numbers.items() if other not in others]
        scope = {"rootPath": ["ROOT_ID"], "excluded": left_alone}
        reached = [numbers[other] for other in others]
        told[str(numbers[name])] = {
            "id": numbers[name],
            "crossFilters": {"scope": scope, "chartsInScope": reached},
        }
    return told


@cache
def label_colours() -> dict[str, str]:
    """The colour of each label, whatever chart it stands in."""
    own = {
        label: meaning["colour"]
        for meaning in shared("colours").values()
        for label in meaning["labels"]
    }
    # A band is named as readers see its metric.
    bands = {
        f"{metric['label']}{end}": own[metric["name"]]
        for mart in datasets()
        for metric in datasets()[mart].get("metrics", [])
        for end in BAND
        if metric["name"] in own
    }
    return own | bands


def _position(board: Content, on_it: dict, known: dict, numbers: dict) -> Content:
    """The page as Superset's tree: a grid of rows of twelve columns."""
    nodes: Content = {
        "DASHBOARD_VERSION_KEY": "v2",
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": board["title"]}},
    }
    rows: list[str] = []

    def leaf(kind: str, name: str, row: str, meta: Content) -> str:
        key = f"{kind}-{name}"
        parents = ["ROOT_ID", "GRID_ID", row]
        nodes[key] = {"type": kind, "id": key, "children": [], "parents": parents, "meta": meta}
        return key

    def text(name: str, row: str, code: str, width: int, height: int) -> str:
        return leaf("MARKDOWN", name, row, {"code": code, "width": width, "height": height})

    def chart(name: str, row: str, width: int, height: int) -> str:
        path = on_it[name]
        meta = {"width": width, "height": height, "chartId": numbers[name]}
        meta |= {"uuid": uid("charts", path), "sliceName": known[path]["title"]}
        return leaf("CHART", name, row, meta)

    def add(row: str, children: list[str]) -> None:
        meta = {"background": "BACKGROUND_TRANSPARENT"}
        parents = ["ROOT_ID", "GRID_ID"]
        nodes[row] = {"type": "ROW", "id": row, "children": children, "parents": parents}
        nodes[row]["meta"] = meta
        rows.append(row)

    add(f"ROW-{LINKS}", [text(LINKS, f"ROW-{LINKS}", _links(board), WIDTH, 5)])
    height, wide = board.get("header_height", HEADER["height"]), HEADER["intro"]
    head = chart(HEADER["chart"], "ROW-head", WIDTH - wide, height)
    add("ROW-head", [text("intro", "ROW-head", board["intro"].strip(), wide, height), head])
    for number, row in enumerate(board["rows"], 1):
        key = f"ROW-{number}"
        if "heading" in row:
            said = f"## {row['heading']}\n\n{row.get('text', '')}".strip()
            tall = heading_height(row)
            add(key, [text(str(number), key, said, WIDTH, tall)])
        else:
            add(key, [chart(n, key, wide, row["height"]) for n, wide in row["charts"].items()])
    nodes["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    nodes["ROOT_ID"] = {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]}
    return nodes


def _links(here: Content) -> str:
    """A line with a link to every page; crw/serve/pages.py hides those a reader may not open."""
    pages = [boards()[name] for name in shared("pages")]
    return " ".join(
        f"**{page['title']}**" if page == here else f"[{page['title']}]({address(page)})"
        for page in pages
    )


def address(board: Content) -> str:
    return f"/superset/dashboard/{board['slug']}/"


def heading_height(row: Content) -> int:
    """Room for a heading, and for a sentence under it."""
    return row.get("height", 9 + 4 * ("text" in row))


def reach(name: str, on_it: dict[str, str]) -> set[str]:
    """The charts of a page that a filter acts on: those whose dataset has its column."""
    about, known = shared("filters")[name], charts()
    if "column" in about:
        return {n for n, p in on_it.items() if about["column"] in columns_of(known[p]["dataset"])}
    return {n for n, p in on_it.items() if time_of(known[p])}


def _filter(name: str, all_names: list[str], on_it: dict, known: dict, numbers: dict) -> Content:
    about = shared("filters")[name]
    left_out = set(on_it) - reach(name, on_it)
    single = about.get("single", False)
    # A list is cut to what goes with the source, where its dataset knows sources.
    cascades = name != "source" and "source" in all_names and "column" in about
    cascades = cascades and "source_system" in columns_of(about["dataset"])
    target = {}
    if "column" in about:
        target = {
            "column": {"name": about["column"]},
            "datasetUuid": uid("datasets", about["dataset"]),
        }
    control = {
        "enableEmptyFilter": single,
        "defaultToFirstItem": single,
        "multiSelect": not single,
        "searchAllOptions": False,
        "inverseSelection": False,
        # What somebody types is looked for in the list, never taken for a value of its own.
        "creatable": False,
    }
    found = {
        "id": f"NATIVE_FILTER-{name}",
        "name": about["label"],
        "filterType": "filter_select" if target else "filter_time",
        "type": "NATIVE_FILTER",
        "description": about["description"],
        "targets": [target],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": sorted(numbers[n] for n in left_out)},
        "controlValues": control if target else {},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}},
        "cascadeParentIds": ["NATIVE_FILTER-source"] if cascades else [],
    }
    # Charts wait for the filters that choose a value by themselves.
    found |= {"requiredFirst": True} if single else {}
    if about.get("sort"):
        # The first one, by the most of it.
        found |= {"sortMetric": about["sort"]}
        control |= {"sortAscending": False, "sortMetric": about["sort"]}
    if about.get("descending"):
        control |= {"sortAscending": False}
    return found
