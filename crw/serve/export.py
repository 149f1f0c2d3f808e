"""`crw dashboards export`: what somebody changed in the browser, back into the files.

The inverse of crw/serve/assets.py. A file that says the same already is left alone; of another,
only what changed is written, and its comments stay. What the files have no words for is said.
"""

import io
import json
import os
import re
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from rich.markup import escape
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from crw.console import err
from crw.errors import CheckFailed, CrwError
from crw.home import Home
from crw.serve import assets, server_environment
from crw.serve.assets import DASHBOARDS, SHARED, Content, uid

# Form data of one installation, or of one look at a chart.
_PASSING = {"viz_type", "datasource", "slice_id", "dashboards", "url_params", "extra_form_data"}
_FILTER = ("subject", "operator", "comparator")
_METRIC_KEYS = ("name", "label", "expression", "format", "description")
_METRIC = {"label": "verbose_name", "description": "description", "format": "d3format"}


def export(home: Home, names: list[str], out: Path) -> None:
    """Write what differs; exit 1 where something has no place in the files."""
    files, notes = unbundle(held(home, names))
    changed = [path for path, content in sorted(files.items()) if _write(path, content, out)]
    for path in changed:
        err.print(f"{'removed' if files[path] is None else 'wrote'} {out / path}", soft_wrap=True)
    for note in notes:
        err.print(f"[yellow]not exported[/] {escape(note)}", soft_wrap=True)
    err.print(f"export: {len(files)} files compared, {len(changed)} differ")
    if notes:
        raise CheckFailed(
            f"export: {len(notes)} changes have no place in the files of dashboards/",
            "make them in the files, or undo them in the browser",
        )


def held(home: Home, names: list[str]) -> dict[str, Content]:
    """Superset's own export of dashboards, by slug or folder; all of the repository's without."""
    os.environ.update(server_environment(home))
    if not (home.superset / "superset.db").exists():
        raise CrwError("Superset has no dashboards yet", "crw serve makes them")
    from superset.app import create_app

    with redirect_stdout(io.StringIO()):  # it greets
        app = create_app()
    with app.app_context():
        from superset import db, security_manager
        from superset.commands.dashboard.export import ExportDashboardsCommand
        from superset.models.dashboard import Dashboard
        from superset.utils.core import override_user

        found = {}
        for board in db.session.query(Dashboard):
            known = {uid("dashboards", folder): folder for folder in assets.boards()}
            folder = known.get(str(board.uuid))
            if folder if not names else {board.slug, folder} & {*names}:
                found[board.id] = board.slug or folder
        missing = {*names} - {*found.values()} - {*assets.boards()}
        if missing or not found:
            raise CrwError(
                f"Superset has no dashboard '{min(missing, default='')}'",
                "name its slug, as in its address",
            )
        with override_user(security_manager.find_user("admin")):
            told = ExportDashboardsCommand(list(found)).run()
            return {path: yaml.safe_load(content()) for path, content in told}


def unbundle(bundle: dict[str, Content]) -> tuple[dict[str, Content | None], list[str]]:
    """The files of dashboards/ that a bundle comes from, None for one to remove; and notes."""
    notes: list[str] = []
    marts = {c["uuid"]: c["table_name"] for p, c in bundle.items() if p.startswith("datasets/")}
    known = {uid("charts", name): name for name in assets.charts()}
    held_charts = {c["uuid"]: c for p, c in bundle.items() if p.startswith("charts/")}
    files: dict[str, Content | None] = {}
    for path, content in bundle.items():
        if path.startswith("dashboards/"):
            files |= _board(content, held_charts, known, marts, notes)
        elif path.startswith("datasets/"):
            mart = content["table_name"]
            if mart in assets.datasets() or any(
                c["dataset_uuid"] == content["uuid"] for c in held_charts.values()
            ):
                files[f"{SHARED}/datasets/{mart}.yaml"] = _dataset(mart, content, notes)
    return files, notes


# --- Dashboards ---------------------------------------------------------------------------------


@dataclass
class _Page:
    """A dashboard on its way into files."""

    folder: str
    charts: Content  # held by Superset, by id
    known: dict[str, str]  # names of charts that have a file, by id
    notes: list[str]
    named: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def note(self, text: str) -> None:
        self.notes.append(f"dashboards/{self.folder}: {text}")

    def place(self, node: Content) -> str | None:
        """The name by which a row calls a chart."""
        id, title = node["meta"].get("uuid"), node["meta"].get("sliceNameOverride")
        if id not in self.charts:
            return self.note("a chart that Superset does not hold")
        home, _, name = self.known.get(id, "").rpartition("/")
        if home not in ("", self.folder, SHARED):
            return self.note(f"{home}/charts/{name}.yaml, of another page; move it to {SHARED}")
        if title and home == SHARED:
            self.note(f"the title '{title}' of a chart that other pages show too")
        elif title:
            self.titles[id] = title
        self.named[id] = self.known.get(id) or self._new(_named(self.charts[id]["slice_name"]))
        return self.named[id].rpartition("/")[2]

    def _new(self, name: str) -> str:
        """A name that no other chart of the page has."""
        taken = {path.rpartition("/")[2] for path in (*self.named.values(), *self.known.values())}
        tries = [name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))]
        return f"{self.folder}/{next(each for each in tries if each not in taken)}"

    def row(self, nodes: list[Content]) -> Content | None:
        kinds = [node["type"] for node in nodes]
        heights = [node["meta"].get("height") for node in nodes]
        if kinds == ["MARKDOWN"] and nodes[0]["meta"]["code"].startswith("## "):
            heading, _, text = nodes[0]["meta"]["code"][3:].partition("\n")
            row = {"heading": heading.strip()} | ({"text": text.strip()} if text.strip() else {})
            return row if assets.heading_height(row) == heights[0] else row | {"height": heights[0]}
        if {*kinds} != {"CHART"}:
            return self.note(f"a row of {', '.join(kinds).lower() or 'nothing'}")
        wide = {self.place(node): node["meta"]["width"] for node in nodes}
        wide.pop(None, None)
        if sum(wide.values()) != assets.WIDTH or len({*heights}) > 1:
            self.note(f"{', '.join(wide)} do not fill a row: {assets.WIDTH} wide, of one height")
        return {"height": max(heights), "charts": wide}


def _board(board: Content, charts: Content, known: dict, marts: dict, notes: list[str]):
    """The files of a dashboard: its page and its charts."""
    folders = {uid("dashboards", folder): folder for folder in assets.boards()}
    slug = board["slug"] or _named(board["dashboard_title"])
    page = _Page(folders.get(board["uuid"], _named(slug)), charts, known, notes)
    old = assets.boards().get(page.folder, {"reader": "", "intro": ""})
    if not old["reader"]:
        page.note("who reads it, and what does it answer? dashboard.yaml has `reader` and `intro`")
    told = old | {"title": board["dashboard_title"], "slug": slug, "rows": []}
    told |= {"description": board["description"] or "", "filters": _filters(board, page)}
    nodes = board["position"]
    header = uid("charts", f"{SHARED}/{assets.HEADER['chart']}")
    for key in nodes["GRID_ID"]["children"]:
        row = [nodes[child] for child in nodes[key].get("children", [])]
        if header in [node["meta"].get("uuid") for node in row]:
            told |= _header(row, old)
            page.named[header] = known[header]
        elif key == f"ROW-{assets.LINKS}":
            continue
        elif found := page.row(row):
            told["rows"].append(found)
    files: dict[str, Content | None] = {f"{page.folder}/dashboard.yaml": told}
    for path in (DASHBOARDS / page.folder).glob("charts/*.yaml"):
        files[f"{page.folder}/charts/{path.name}"] = None
    for id, name in page.named.items():
        home, _, file = name.rpartition("/")
        title = page.titles.get(id, charts[id]["slice_name"])
        files[f"{home}/charts/{file}.yaml"] = _chart(
            name, charts[id] | {"slice_name": title}, marts, notes
        )
    return files


def _header(row: list[Content], old: Content) -> Content:
    """The introduction and the height of the row that every page begins with."""
    height = max(node["meta"]["height"] for node in row)
    intro = "".join(node["meta"]["code"] for node in row if node["type"] == "MARKDOWN").strip()
    told = {} if intro == old["intro"].strip() else {"intro": f"{intro}\n"}
    if height != old.get("header_height", assets.HEADER["height"]):
        told["header_height"] = height
    return told


def _filters(board: Content, page: _Page) -> list[str]:
    found = []
    metadata = board["metadata"]
    for each in metadata.get("native_filter_configuration", []):
        name = each["id"].removeprefix("NATIVE_FILTER-")
        about = assets.shared("filters").get(name)
        if about is None or each["name"] != about["label"]:
            page.note(f"the filter '{each['name']}'; filters stand in {SHARED}/filters.yaml")
        if about:
            found.append(name)
    if metadata.get("label_colors", {}) != assets.label_colours():
        page.note(f"its colours; colours stand in {SHARED}/colours.yaml")
    if (board["css"] or "") != (DASHBOARDS / SHARED / "style.css").read_text():
        page.note(f"its style sheet; that of all pages is {SHARED}/style.css")
    return found


def _named(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower()).strip("_")


# --- Charts -------------------------------------------------------------------------------------


def _chart(name: str, told: Content, marts: dict[str, str], notes: list[str]) -> Content:
    old = assets.charts().get(name, {})
    before = old.get("params", {})
    mart = marts[told["dataset_uuid"]]
    chart = {"title": told["slice_name"]}
    chart |= {"description": told["description"]} if told["description"] else {}
    chart |= {"dataset": mart, "type": told["viz_type"]}
    params, times = {}, {None}
    for key, value in told["params"].items():
        if key.startswith("adhoc_filters"):
            value, seen = _adhoc(name, value, notes)
            times |= seen
        if _is_adhoc_metric(value):
            notes.append(f"{name}: {key} has a metric of its own; save it in the dataset {mart}")
            value = before.get(key, [])
        # What is empty says nothing, and Superset adds a lot of it.
        said = value not in (None, "", [], {}) and (key, value) != ("color_scheme", "customs")
        if key not in _PASSING and (said or key in before):
            params[key] = value
    time = max(times - {None}, default=None)
    if time != assets.datasets().get(mart, {}).get("time") or (
        "time" in old and old["time"] == time
    ):
        chart["time"] = time
    return chart | {"params": params}


def _adhoc(name: str, filters: list[Content], notes: list[str]) -> tuple[list[Content], set[str]]:
    """The filters a chart has of its own, and the column that the period acts on."""
    kept, times = [], set()
    for each in filters:
        if each.get("expressionType") != "SIMPLE" or each.get("clause") == "HAVING":
            notes.append(f"{name}: the filter {each.get('sqlExpression') or each} is SQL")
        elif each["operator"] == "TEMPORAL_RANGE":
            times.add(each["subject"])
            if each["comparator"] != "No filter":
                notes.append(f"{name}: the period {each['comparator']}; charts open on all data")
        else:
            kept.append({key: each[key] for key in _FILTER if each.get(key) not in (None, "")})
    return kept, times


def _is_adhoc_metric(value: Any) -> bool:
    each = value if isinstance(value, list) else [value]
    return any(
        isinstance(one, dict) and "expressionType" in one and "subject" not in one for one in each
    )


# --- Datasets -----------------------------------------------------------------------------------


def _dataset(mart: str, told: Content, notes: list[str]) -> Content:
    old = assets.datasets().get(mart, {"description": ""})
    dataset = old | {"description": told["description"]}
    if told["main_dttm_col"] != old.get("time"):
        dataset["time"] = told["main_dttm_col"]
    stored = assets.mart_contracts()[mart]
    columns = {column["column_name"]: column for column in told["columns"]}
    labels = {
        name: columns[name]["verbose_name"]
        for name in stored
        if name in columns
        and mart in assets.datasets()
        and columns[name]["verbose_name"] != assets.label(mart, name)
    }
    made = [
        {"name": name, "label": column["verbose_name"]}
        | {key: column[key] for key in ("type", "expression", "description")}
        for name, column in columns.items()
        if column.get("expression") and name not in stored
    ]
    if labels:
        dataset["labels"] = old.get("labels", {}) | labels
    if made:
        dataset["calculated"] = _in_order(made, old.get("calculated", []))
    if metrics := _metrics(mart, told, old.get("metrics", []), notes):
        dataset["metrics"] = _in_order(metrics, old.get("metrics", []))
    return dataset


def _metrics(mart: str, told: Content, old: list[Content], notes: list[str]) -> list[Content]:
    expected = {metric["name"]: metric for metric in assets.metrics_of(mart)} if old else {}
    own = {metric["name"]: metric for metric in old}
    found = []
    for metric in told["metrics"]:
        name, before = metric["metric_name"], expected.get(metric["metric_name"])
        now = {key: metric[theirs] or "" for key, theirs in _METRIC.items()}
        differs = before and before["expression"] != metric["expression"]
        if name in own:
            kept = own[name] | now
            if differs and "hits" in kept:
                notes.append(f"{mart}: {name} is made of hits and of; change these in the file")
            elif differs:
                kept["expression"] = metric["expression"]
            found.append(kept)
        elif before is None:
            new = now | {"name": name, "expression": metric["expression"]}
            found.append({key: new[key] for key in _METRIC_KEYS})
        elif differs or any(before[key] != now[key] for key in _METRIC):
            notes.append(f"{mart}: {name} follows from another metric")
    return found


def _in_order(found: list[Content], old: list[Content]) -> list[Content]:
    """As in the file, what is new at the end."""
    names = [each["name"] for each in old]
    return sorted(found, key=lambda e: names.index(e["name"]) if e["name"] in names else len(names))


# --- Files --------------------------------------------------------------------------------------


def _write(path: str, content: Content | None, out: Path) -> bool:
    """Whether the file had to change."""
    source, target = DASHBOARDS / path, out / path
    if content is None:
        target.unlink(missing_ok=True)
        return True
    text = source.read_text() if source.exists() else ""
    if text and _plain(yaml.safe_load(text)) == _plain(content):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(edited(text, content))
    return True


def edited(text: str, content: Content) -> str:
    """The text of a file with another content, and nothing else changed in it."""
    editor = _editor(text)
    return _dumped(editor, _merged(editor.load(text) or CommentedMap(), content))


def _editor(text: str) -> YAML:
    """An editor that would write the file as it stands: in its indentation and width of lines."""
    for sequence, width in product((2, 4), (120, 10_000)):
        editor = YAML()
        editor.preserve_quotes, editor.width = True, width
        editor.indent(mapping=2, sequence=sequence, offset=sequence - 2)
        editor.representer.add_representer(
            type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null")
        )
        if not text or _dumped(editor, editor.load(text)) == text:
            break
    return editor


def _dumped(editor: YAML, content: Any) -> str:
    sink = io.StringIO()
    editor.dump(content, sink)
    return sink.getvalue()


def _merged(old: Any, new: Any, name: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [key for key in old if key not in new]:
            del old[key]
        for key, value in new.items():
            old[key] = _merged(old.get(key), value, key)
        if name == "charts":  # from left to right
            for key in new:
                old.move_to_end(key)
        return old
    if isinstance(old, list) and isinstance(new, list):
        lines = [[json.dumps(_plain(each), sort_keys=True) for each in side] for side in (old, new)]
        # From the end, so that places before stay what they are.
        for _, start, end, first, last in reversed(
            [c for c in SequenceMatcher(None, *lines, False).get_opcodes() if c[0] != "equal"]
        ):
            for each in new[first:last][end - start :][::-1]:
                old.insert(end, _merged(None, each))
            for place in reversed(range(start, end)):
                if place - start < last - first:
                    old[place] = _merged(old[place], new[first + place - start])
                else:
                    old.pop(place)
        return old
    if isinstance(new, dict):
        return _merged(CommentedMap(), new, name)
    if isinstance(new, str) and "\n" in new and new != old:
        return LiteralScalarString(new)
    return old if old is not None and old == new else new


def _plain(value: Any, name: str = "") -> Any:
    """For comparing: the order of keys says nothing but in a row of charts."""
    if isinstance(value, dict):
        pairs = [(key, _plain(each, key)) for key, each in value.items()]
        return pairs if name == "charts" else dict(pairs)
    return [_plain(each) for each in value] if isinstance(value, list) else value
