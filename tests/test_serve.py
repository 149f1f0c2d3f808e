"""Superset as a reader meets it: a real server, a real browser, releases swapped under load."""

import difflib
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from browser import Reader
from served import Server, start, stop

from crw.home import Home, read_json, write_json
from crw.serve import assets, server_environment
from crw.serve.cookbook import recipes
from crw.serve.pages import LINKS


@pytest.fixture(scope="module")
def charts(reader: Reader) -> list[dict[str, Any]]:
    """The queries of a dashboard's charts, as the browser sent them."""
    return reader.see("risk_operations").queries()


# --- Starting and stopping ---------------------------------------------------------------------


def test_without_a_release_it_says_what_to_do(crw: Callable, tmp_path: Path) -> None:
    assert "crw run" in crw(tmp_path / "home", "serve", code=2).stderr


def test_a_port_in_use_is_said(crw: Callable, built_home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port}" in crw(built_home, "serve", "--port", port, code=2).stderr


def test_it_says_where_to_sign_in(server: Server) -> None:
    told = (server.home.logs / "terminal.txt").read_text()
    password = server.home.superset / "admin_password"
    assert f"http://127.0.0.1:{server.port}" in told
    assert str(password) in told and password.read_text().strip() not in told
    assert password.stat().st_mode & 0o077 == 0 and len(password.read_text().strip()) >= 20


def test_nothing_changed_is_not_prepared_again_and_stops_whole(server: Server) -> None:
    before = (server.home.superset / "prepared.json").stat().st_mtime_ns
    second = start(server.home)
    stop(second, signal.SIGINT)
    prepared = (server.home.superset / "prepared.json").stat().st_mtime_ns
    assert prepared == before, "what is prepared already, half a minute's work, is not again"


def leave_behind(home: Home) -> None:
    """What a former version of the repository made: a dashboard, a chart, a saved query."""
    with sqlite3.connect(home.superset / "superset.db") as held:
        held.row_factory = sqlite3.Row
        for table in ("dashboards", "slices", "saved_query"):
            row = dict(held.execute(f"select * from {table} limit 1").fetchone())
            row |= {"id": None, "uuid": uuid.UUID(assets.uid("former", table)).bytes}
            row |= {"slug": "former"} if "slug" in row else {}
            held.execute(
                f"insert into {table} values ({', '.join('?' * len(row))})", [*row.values()]
            )


def test_importing_again_removes_what_is_gone_and_changes_nothing(server: Server) -> None:
    kinds = ("dashboard", "chart", "dataset", "database", "saved_query")
    before = {kind: server.count(kind) for kind in kinds}
    leave_behind(server.home)
    assert all(server.count(k) == before[k] + 1 for k in ("dashboard", "chart", "saved_query"))
    (server.home.superset / "prepared.json").unlink()
    subprocess.run(
        [sys.executable, "-m", "crw.serve.prepare"],
        env=server_environment(server.home),
        check=True,
        capture_output=True,
    )
    assert {kind: server.count(kind) for kind in kinds} == before
    assert before["dashboard"] == len(assets.boards()) and before["chart"] == len(assets.charts())
    assert before["database"] == 1 and before["saved_query"] == len(recipes())


def test_strangers_see_nothing(server: Server) -> None:
    stranger = Server(server.home, server.port, server.process)
    for path in ("/api/v1/chart/1", "/api/v1/dashboard/risk-operations", "/api/v1/database/1"):
        assert stranger.call(path)[0] in (401, 403, 404)
    assert stranger.call("/api/v1/chart/data", {"datasource": {"id": 1, "type": "table"}})[0] >= 400


# --- The dashboard ------------------------------------------------------------------------------


@pytest.mark.browser
def test_data_docs_dictionary_and_cookbook_stand_beside_the_dashboards(reader: Reader) -> None:
    assert "What the checks said of this release" in reader.read(LINKS["Data docs"])
    of_a_mart = "#!/model/model.customs_risk_warehouse.fct_declarations"
    dictionary = reader.read(LINKS["Dictionary"] + of_a_mart)
    assert "fct_declarations" in dictionary and "release_hours" in dictionary
    cookbook = reader.read(LINKS["SQL cookbook"])
    assert all(recipe.question in cookbook for recipe in recipes())


@pytest.mark.browser
def test_every_chart_answers_over_http(server: Server, charts: list[dict]) -> None:
    for query in charts:
        rows, release = server.ask(query)
        assert rows, query["form_data"]["slice_id"]
        assert release == server.home.current.readlink().name


# --- What may be asked --------------------------------------------------------------------------


REFUSED = "allowed|not allow|cannot be read|is not a mart|does not exist"


def sql_lab(server: Server, sql: str) -> tuple[int, Any]:
    body = {"database_id": 1, "sql": sql, "schema": "main", "runAsync": False}
    return server.call("/api/v1/sqllab/execute/", body)[:2]


def test_sql_lab_reads_the_release(server: Server) -> None:
    status, answer = sql_lab(server, "select getvariable('release') as release, 1 as one")
    assert status == 200, answer
    assert answer["data"][0]["release"] == server.home.current.readlink().name


@pytest.mark.parametrize(
    "sql",
    [
        "summarize fct_declarations",
        "describe fct_declarations",
        "show tables",
        "explain analyze select 1",
        "pragma database_list",
        "from fct_declarations pivot (count(*) for regime in ('import'))",
        "select * from duckdb_settings()",
        "select * from duckdb_databases",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "copy fct_declarations to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "set threads = 1",
        "create table t as select 1",
        "delete from fct_declarations",
        "select 1; drop table fct_declarations",
    ],
)
def test_sql_lab_refuses_what_is_no_select(server: Server, sql: str) -> None:
    status, answer = sql_lab(server, sql)
    assert status >= 400 and re.search(REFUSED, answer), answer
    assert str(server.home.root) not in answer


# --- Releases swapped under readers -------------------------------------------------------------


def publish_altered(server: Server, crw: Callable, number: int) -> int:
    """A release with fewer declarations, published by `crw publish`: what it holds.

    The build is altered by hand and declared another one, which is quicker than building anew.
    """
    home = server.home
    with duckdb.connect(str(home.warehouse)) as warehouse:
        warehouse.sql(f"delete from fct_declarations where hash(declaration_id) % 40 = {number}")
        held = warehouse.sql(
            "select count(*) from fct_declarations "
            "where source_system = 'cdps' and not is_invalidated"
        ).fetchone()[0]
    for state in (home.build_state, home.check_state):
        write_json(state, read_json(state) | {"fingerprint": f"altered {number}"})
    crw(home, "publish")
    return held


def declarations_query(charts: list[dict]) -> dict[str, Any]:
    """The big number of declarations, without its month by month."""
    found = next(
        q
        for q in charts
        if q["queries"][0].get("metrics") == ["declarations"]
        and q["form_data"]["viz_type"] == "big_number"
    )
    query = json.loads(json.dumps(found))
    total = next(q for q in query["queries"] if not q.get("columns"))
    return query | {"queries": [total]}


@pytest.mark.browser
def test_publishes_under_load(server: Server, charts: list[dict], crw: Callable) -> None:
    """4 clients, 5 publishes: none fails, each answer is of one release, none is old after 5 s."""
    counted = declarations_query(charts)
    truth = {server.home.current.readlink().name: server.ask(counted)[0][0]["declarations"]}
    swaps: list[tuple[float, str]] = []
    answers: list[tuple[float, str, int | None]] = []
    failed: list[str] = []
    over = threading.Event()

    def client(first: int) -> None:
        turn = first
        while not over.is_set():
            query = counted if turn % 2 else charts[turn // 2 % len(charts)]
            began = time.monotonic()
            try:
                rows, release = server.ask(query)
                held = rows[0]["declarations"] if query is counted else None
                answers.append((began, release, held))
            except Exception as problem:
                failed.append(repr(problem))
            turn += 1

    clients = [threading.Thread(target=client, args=(first,)) for first in range(4)]
    for each in clients:
        each.start()
    try:
        for number in range(5):
            held = publish_altered(server, crw, number)
            name = server.home.current.readlink().name
            swaps.append((time.monotonic(), name))
            truth[name] = held
            time.sleep(1)
        time.sleep(6)
    finally:
        over.set()
        for each in clients:
            each.join()

    assert not failed
    assert len(truth) == 6 and len(set(truth.values())) == 6
    assert {release for _, release, _ in answers} >= {name for _, name in swaps}
    for began, release, held in answers:
        assert held is None or held == truth[release], "an answer of two releases"
        for swapped, name in swaps:
            if began > swapped + 5:
                assert release >= name, f"{began - swapped:.1f} s after the publish of {name}"


@pytest.mark.browser
def test_a_slow_answer_of_the_old_release_is_not_kept_for_the_new(
    server: Server, charts: list[dict], crw: Callable
) -> None:
    slow = declarations_query(charts)
    slow["queries"][0]["metrics"] = [
        "declarations",
        {
            "expressionType": "SQL",
            "sqlExpression": "max(md5(repeat(declaration_id, 10000)))",
            "label": "work",
        },
    ]
    before = server.ask(declarations_query(charts))[0][0]["declarations"]
    workers = psutil.Process(server.process.pid).children(recursive=True)

    def worked() -> float:
        return sum(sum(worker.cpu_times()[:2]) for worker in workers)

    idle = worked()
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(server.ask, slow)
        # In the midst of it, told by its work and not by a clock, it is held until the publish.
        while worked() < idle + 2 and not asked.done():
            time.sleep(0.05)
        for worker in workers:
            worker.suspend()
        try:
            assert not asked.done(), "the query was not slow enough to prove anything"
            after = publish_altered(server, crw, 20)
        finally:
            for worker in workers:
                worker.resume()
        rows, old = asked.result()

    assert rows[0]["declarations"] == before != after
    again, new = server.ask(slow)
    assert again[0]["declarations"] == after and new > old


# --- What is changed in the browser goes back into the files ------------------------------------


def put(server: Server, path: str, body: dict[str, Any]) -> None:
    """As Superset's own pages save what somebody changed."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"} | server.credentials,
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def changed_lines(before: Path, after: Path) -> dict[str, list[str]]:
    """Lines that are gone (-) and new (+), by file."""
    found = {}
    for path in sorted({p.relative_to(f) for f in (before, after) for p in f.rglob("*.yaml")}):
        texts = [(f / path).read_text() if (f / path).exists() else "" for f in (before, after)]
        lines = difflib.ndiff(*(text.splitlines() for text in texts))
        if kept := [line for line in lines if line[0] in "-+"]:
            found[str(path)] = kept
    return found


def test_an_export_gives_the_files_byte_for_byte(server: Server, crw: Callable, tmp_path) -> None:
    out = shutil.copytree(assets.DASHBOARDS, tmp_path / "out")
    crw(server.home, "dashboards", "export", "--out", out)
    assert changed_lines(assets.DASHBOARDS, out) == {}


def test_an_export_writes_what_was_changed_and_no_more(
    server: Server, crw: Callable, tmp_path: Path
) -> None:
    """A title, a parameter, two charts of a row swapped, a new metric and a new chart with it."""
    folder, board = next(iter(assets.boards().items()))
    name = next(n for row in board["rows"] for n in row.get("charts", {}))
    chart = assets.charts()[assets.placed(folder, board)[name]]
    held = server.call(f"/api/v1/dashboard/{board['slug']}")[1]["result"]
    on_it = server.call(f"/api/v1/dashboard/{board['slug']}/charts")[1]["result"]
    number = next(c["id"] for c in on_it if c["slice_name"] == chart["title"])
    params = json.loads(server.call(f"/api/v1/chart/{number}")[1]["result"]["params"])
    changed = {"slice_name": "Renamed", "params": json.dumps(params | {"row_limit": 77})}
    put(server, f"/api/v1/chart/{number}", changed)

    query = "/api/v1/dataset/?q=(page_size:100)"
    marts = {each["table_name"]: each["id"] for each in server.call(query)[1]["result"]}
    dataset = server.call(f"/api/v1/dataset/{marts[chart['dataset']]}")[1]["result"]
    keys = ("id", "metric_name", "verbose_name", "description", "expression", "d3format")
    metrics = [{key: metric[key] for key in keys} for metric in dataset["metrics"]]
    metric = {"metric_name": "rows", "verbose_name": "Rows", "expression": "count(*)"}
    metrics.append(metric | {"d3format": ",d", "description": "Rows of the mart."})
    put(server, f"/api/v1/dataset/{dataset['id']}", {"metrics": metrics})
    made = {"slice_name": "How many rows", "viz_type": "big_number_total", "description": "Rows."}
    made |= {"datasource_id": dataset["id"], "datasource_type": "table"}
    form = {"viz_type": "big_number_total", "metric": "rows", "dashboards": [held["id"]]}
    made |= {"params": json.dumps(form), "dashboards": [held["id"]]}
    number = server.call("/api/v1/chart/", made)[1]["id"]

    position = json.loads(held["position_json"])
    row = next(
        key
        for key in position["GRID_ID"]["children"]
        if f"CHART-{name}" in position[key]["children"]
    )
    position[row]["children"].reverse()
    position["ROW-new"] = position[row] | {"id": "ROW-new", "children": ["CHART-new"]}
    position["CHART-new"] = {"type": "CHART", "id": "CHART-new", "children": []}
    position["CHART-new"]["meta"] = {"chartId": number, "width": 12, "height": 30}
    position["GRID_ID"]["children"].append("ROW-new")
    metadata = json.loads(held["json_metadata"]) | {"positions": position}
    put(server, f"/api/v1/dashboard/{held['id']}", {"json_metadata": json.dumps(metadata)})

    out = shutil.copytree(assets.DASHBOARDS, tmp_path / "out")
    crw(server.home, "dashboards", "export", board["slug"], "--out", out)
    lines = changed_lines(assets.DASHBOARDS, out)
    assert set(lines) == {
        f"{folder}/dashboard.yaml",
        f"{assets.placed(folder, board)[name].replace('/', '/charts/')}.yaml",
        f"{folder}/charts/how_many_rows.yaml",
        f"_shared/datasets/{chart['dataset']}.yaml",
    }
    of_chart = lines[f"{assets.placed(folder, board)[name].replace('/', '/charts/')}.yaml"]
    assert [line for line in of_chart if line[0] == "+"] == [
        "+ title: Renamed",
        "+   row_limit: 77",
    ]
    assert len(of_chart) <= 4
    of_page = lines[f"{folder}/dashboard.yaml"]
    assert [line.strip("+ ") for line in of_page][-3:] == [
        "- height: 30",
        "charts:",
        "how_many_rows: 12",
    ]
    assert len(of_page) - 3 <= 2 * len(position[row]["children"])
    of_mart = lines[f"_shared/datasets/{chart['dataset']}.yaml"]
    assert len(of_mart) == 5 and all(line[0] == "+" for line in of_mart)
