"""Who sees what: the matrix is whole, and no statement reads past it.

Without a server: the connection of Superset's readers is tried directly, on a release in which the
rows of another office are marked, so that one of them in any answer is seen.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from served import Server, start, stop

from crw.access import ADMINISTRATOR, LEVELS, ROLES, Mart, Reader, level, matrix, view, write_table
from crw.errors import CrwError
from crw.guard import tables_of
from crw.home import PROJECT, Home
from crw.serve import assets
from crw.serve.release import Connection, Release
from crw.serve.roles import ALL_OFFICES, closed_pages, office_role, policy, reader_of

OURS, OTHERS = ("cdps", "QM010"), ("cdps", "QM030")
MARK = "§"  # ends every text of the other office's rows
READERS = {
    "strategy": Reader("strategy"),
    "risk_manager": Reader("risk_manager", frozenset({OURS})),
    "analyst": Reader("analyst", frozenset({OURS})),
    "steward": Reader("steward"),
    ADMINISTRATOR: Reader(ADMINISTRATOR, None),
    "nobody": Reader(None),
}
BY_OFFICE = [READERS["risk_manager"], READERS["analyst"]]


PAGES = list(assets.mart_pages())


# --- The matrix ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_every_mart_declares_its_access(page: dict) -> None:
    meta, columns = page["config"]["meta"], {column["name"] for column in page["columns"]}
    assert set(meta["access"]) == set(ROLES) and set(meta["access"].values()) <= set(LEVELS)
    assert ("office" in meta["access"].values()) == ("office_rows" in meta)
    assert {meta.get("cell_count")} - {None} <= columns
    for role, hidden in meta.get("hides", {}).items():
        assert set(hidden) <= columns and meta["access"][role] != "denied"


# What makes a row one record, by the key of its mart: of these, strategy sees sums only.
RECORDS = re.compile(
    r"(declaration|inspection|seizure|case|audit|movement|operator|finding|house_document)_id"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_records_and_secrets_stay_with_those_who_need_them(page: dict) -> None:
    meta = page["config"]["meta"]
    keys = [
        test["is_key"]["arguments"]["columns"] for test in page["data_tests"] if "is_key" in test
    ]
    key = max(keys, key=len)
    if any(RECORDS.fullmatch(column) for column in key):
        assert meta["access"]["strategy"] == "denied"
        assert meta["access"]["risk_manager"] in ("office", "denied")
    for column in page["columns"]:
        marks = column.get("config", {}).get("meta", {})
        if marks.get("personal") or marks.get("secret"):
            hidden = column["name"] in meta.get("hides", {}).get("analyst", [])
            assert hidden or meta["access"]["analyst"] == "denied", column["name"]


def test_a_mart_without_a_declaration_is_nobodys() -> None:
    undeclared = Mart("new", dict.fromkeys(ROLES, "denied"), "false", "", {})
    assert all(level(Reader(role, None), undeclared) == "denied" for role in ROLES)


def test_the_documented_matrix_is_the_declared_one(tmp_path: Path) -> None:
    page = Path(shutil.copy(PROJECT / "docs" / "access.md", tmp_path))
    write_table(page)
    assert page.read_text() == (PROJECT / "docs" / "access.md").read_text(), "run `make access`"


def test_a_role_is_one_of_ours_and_not_two() -> None:
    assert reader_of({"risk_manager", "Office cdps QM010"}) == READERS["risk_manager"]
    assert reader_of({"analyst", "Office all"}) == Reader("analyst", None)
    assert reader_of({"Admin", "strategy"}).role == ADMINISTRATOR
    for names in (set(), {"Gamma"}, {"Alpha", "sql_lab"}, {"analyst", "risk_manager"}):
        assert reader_of(names).role is None


def test_links_to_pages_that_a_role_may_not_open_are_hidden() -> None:
    assert closed_pages(ADMINISTRATOR) == []
    assert closed_pages(None) == sorted(assets.boards())
    for role, pages in policy()["roles"].items():
        assert {*closed_pages(role), *pages["dashboards"]} == {*assets.boards()}
        assert not {*closed_pages(role)} & {*pages["dashboards"]}


def test_pages_of_a_role_show_nothing_that_is_denied_to_it() -> None:
    assert set(policy()["roles"]) == set(ROLES)
    read = {name for pages in policy()["roles"].values() for name in pages["dashboards"]}
    assert set(assets.boards()) <= read, "a dashboard that no role may open"
    for role, pages in policy()["roles"].items():
        for name in set(pages["dashboards"]) & set(assets.boards()):
            charts = assets.placed(name, assets.boards()[name]).values()
            for mart in {assets.charts()[chart]["dataset"] for chart in charts}:
                assert matrix()[mart].access[role] != "denied", f"{role}: {mart} on {name}"


# --- What a reader's connection gives -----------------------------------------------------------


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, built_home: Home) -> Path:
    """The published demo, in which every text of the other office's rows ends with a mark."""
    path = tmp_path_factory.mktemp("marked") / "warehouse.duckdb"
    path.write_bytes((built_home.current / "warehouse.duckdb").read_bytes())
    with duckdb.connect(str(path)) as warehouse:
        # So small a demo has no learned score.
        warehouse.execute("""
            insert into risk_scores by name
            select source_system, declaration_id, office_code, regime, importer_id as trader_id
            from fct_declarations
        """)
        _mark(warehouse)
    return path


@pytest.fixture(scope="module")
def release(marked: Path) -> Release:
    return Release.open("marked", marked)


def _mark(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Records of the other office by what they say themselves, and what hangs on them by id."""
    office = f"source_system = '{OTHERS[0]}' and office_code = '{OTHERS[1]}'"
    texts: dict[str, list[str]] = {}
    for table, column in warehouse.execute(
        "select table_name, column_name from duckdb_columns()"
        " where data_type = 'VARCHAR' and column_name <> 'source_system'"
    ).fetchall():
        texts.setdefault(table, []).append(column)
    warehouse.execute(f"""
        create temp table of_other as
        select declaration_id as id from fct_declarations where {office}
        union select house_document_id from fct_declarations where {office}
        union select seizure_id from fct_seizure_lines where {office}
    """)
    warehouse.execute(f"""
        create temp table our_traders as
        select unnest([importer_id, exporter_id, declarant_id, representative_id]) as id
        from fct_declarations where source_system = '{OURS[0]}' and office_code = '{OURS[1]}'
    """)
    warehouse.execute("delete from our_traders where id is null")
    links = ("declaration_id", "house_document_id", "seizure_id")
    for table, columns in texts.items():
        rows = [f"{column} in (select id from of_other)" for column in links if column in columns]
        if "office_code" in columns and table != "dim_office":
            rows.append(office)
        if "scope_type" in columns:
            rows.append(f"scope_type = 'office' and scope_value = '{OTHERS[1]}'")
        if table in ("dim_operator", "operator_risk", "fct_post_clearance_audits"):
            # A trader's row belongs to every office he declares at: here to others than ours.
            rows = ["operator_id not in (select id from our_traders)"]
        if table == "fct_transit_movements":
            rows = [f"office_departure <> '{OURS[1]}' and office_destination <> '{OURS[1]}'"]
        kept = {
            "office_code",
            "scope_type",
            "scope_value",
            "office_departure",
            "office_destination",
        }
        marked = ", ".join(f"{c} = {c} || '{MARK}'" for c in columns if c not in kept)
        if rows and marked:
            warehouse.execute(f"update {table} set {marked} where {' or '.join(rows)}")


def ask(release: Release, reader: Reader, sql: str, seconds: float = 20) -> str:
    """All that comes back, rows or error, as one text."""
    with closing(Connection(release, reader, seconds)) as connection:
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
            rows = cursor.fetchall()
        except Exception as problem:
            return f"REFUSED {problem}"
        return f"{[name for name, *_ in cursor.description]} {rows}"


def statements(name: str) -> list[str]:
    """One a line; ⏎ stands for a new line in it."""
    text = (Path(__file__).parent / "hostile" / f"{name}.txt").read_text()
    return [line.replace("⏎", "\n") for line in text.splitlines()]


OFFICE_MARTS = sorted(name for name, mart in matrix().items() if "office" in mart.access.values())


# Scoreboards hold no figure of one office; the demo's two audits are of traders of ours.
NOTHING_TO_HIDE = {"strategy_on_a_page", "kpi_scoreboard", "fct_post_clearance_audits"}


@pytest.mark.parametrize("mart", OFFICE_MARTS)
def test_every_row_of_another_office_is_marked_and_none_is_seen(release: Release, mart: str):
    everything = ask(release, READERS[ADMINISTRATOR], f"select * from {mart}")
    assert MARK in everything or mart in NOTHING_TO_HIDE, (
        "nothing to find: this would prove nothing"
    )
    for reader in BY_OFFICE:
        if level(reader, matrix()[mart]) == "office":
            seen = ask(release, reader, f"select * from {mart}")
            assert not seen.startswith("REFUSED") and MARK not in seen


@pytest.mark.parametrize("mart", OFFICE_MARTS)
def test_without_an_office_no_record_is_seen(release: Release, mart: str) -> None:
    if level(Reader("risk_manager"), matrix()[mart]) != "office":
        return
    rows = ask(release, Reader("risk_manager"), f"select * from {mart}")
    assert rows.endswith(" []") or ("scope_type" in rows and MARK not in rows)


# Ways to reach rows that a filter would hide, were it not part of what is read.
CLEVER = statements("clever")


@pytest.mark.parametrize("sql", CLEVER)
def test_no_answer_holds_a_row_of_another_office(release: Release, sql: str) -> None:
    for reader in BY_OFFICE:
        assert MARK not in ask(release, reader, sql)


def test_these_statements_would_find_it(release: Release) -> None:
    """The statements above are no straw men: with all offices, most of them show the mark."""
    found = [MARK in ask(release, Reader("risk_manager", None), sql) for sql in CLEVER]
    assert sum(found) > len(found) * 0.7


# What nobody may do, the administrator included.
FORBIDDEN = statements("forbidden")


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_hostile_statements_are_refused(release: Release, reader: Reader, tmp_path: Path) -> None:
    assert len(FORBIDDEN) >= 120
    for number, written in enumerate(FORBIDDEN):
        path = tmp_path / f"out{number}"
        sql = written.replace("{path}", str(path)).replace("{catalog}", release.catalog)
        told = ask(release, reader, sql)
        assert told.startswith("REFUSED"), sql
        assert not re.search(rf"{MARK}|root:|{tmp_path.parent}", told.replace(str(path), "")), told
        if release.catalog not in sql:
            assert release.catalog not in told, sql
        assert not list(tmp_path.iterdir()), sql
    # Nothing was left behind, in the release or beside it.
    with closing(Connection(release, READERS[ADMINISTRATOR])) as connection:
        kept = connection.raw.execute(
            "select count(*) from duckdb_tables() where database_name <> ?", [release.catalog]
        )
        assert kept.fetchone() == (0,)


# Ways to name a mart: what is denied is denied by each.
NAMED = """
select * from {mart}
select * from main.{mart}
from {mart} select 1
select count(*) from "{mart}"
table {mart}
select (select count(*) from {mart})
with a as (select * from {mart}) select 1
with {mart} as (select * from {mart}) select * from {mart}
select * from (with {mart} as (select 1 as x) select * from {mart}) as x, {mart}
select * from dim_source where exists (select 1 from {mart})
select * from dim_source, lateral (select * from {mart}) as x
select 1 from dim_source order by (select count(*) from {mart})
select 1 union all select count(*) from {mart}
select * from dim_source as s semi join {mart} on true
"""


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_denied_marts_are_refused_by_whatever_name(release: Release, role: str) -> None:
    reader = READERS[role]
    denied = [name for name, mart in matrix().items() if level(reader, mart) == "denied"]
    assert denied
    for mart in denied:
        for sql in NAMED.strip().splitlines():
            told = ask(release, reader, sql.format(mart=mart))
            assert re.match(rf"REFUSED (\w+) is not for (the role {role}|you)", told), told


def test_hidden_columns_are_not_there(release: Release) -> None:
    for name, mart in matrix().items():
        for role, hidden in mart.hides.items():
            for column in hidden:
                for sql in (f"select {column} from {name}", f"select x.{column} from {name} as x"):
                    assert ask(release, Reader(role, None), sql).startswith("REFUSED"), sql
            seen = ask(release, Reader(role, None), f"select * from {name} limit 1")
            assert not set(hidden) & set(re.findall(r"'(\w+)'", seen.partition("]")[0]))


def test_small_cells_are_left_out(release: Release) -> None:
    small = "select count(*) from route_risk where declarations between 1 and 4"
    for role in ("strategy", "analyst"):
        assert "[(0,)]" in ask(release, Reader(role, None), small)
    assert "[(0,)]" not in ask(release, Reader("risk_manager", None), small)


def test_readers_filters_are_tried_on_their_own_rows_alone(release: Release) -> None:
    """Were they tried before ours, an error would tell of rows that are not the reader's."""
    plan = release.connection.execute(
        "explain select * from ("
        + view(BY_OFFICE[0], "fct_item_taxes", release.catalog)
        + ") where tax_type like '%probe%'"
    ).fetchone()[1]
    assert plan.index("probe") < plan.index("WINDOW") < plan.index("fct_declarations")


def test_a_query_that_takes_too_long_is_stopped_and_told_why(release: Release) -> None:
    endless = "select count(*) from range(100000) as a, range(100000) as b, range(1000) as c"
    told = ask(release, READERS["analyst"], endless, seconds=0.3)
    assert "took longer than 0.3 s and was stopped" in told and "ask for fewer" in told


def test_a_table_function_of_a_new_duckdb_is_not_let_in() -> None:
    """The ways to make rows are listed, so that a new one is refused until somebody looked."""
    with duckdb.connect() as memory:
        names = memory.execute(
            "select distinct function_name from duckdb_functions()"
            " where function_type in ('table', 'table_macro')"
        ).fetchall()
    for (name,) in names:
        if name not in ("generate_series", "range", "unnest"):
            with pytest.raises(CrwError):
                tables_of(f"select * from {name}(1)")


# --- The same through a server ------------------------------------------------------------------


@pytest.fixture(scope="module")
def users(
    tmp_path_factory: pytest.TempPathFactory, prepared_home: Home, marked: Path
) -> Iterator[dict[str, Server]]:
    """A server on the marked release, as users of each role and two without one meet it."""
    root = tmp_path_factory.mktemp("roles") / "home"
    home = Home(shutil.copytree(prepared_home.root, root, symlinks=True))
    published = home.current / "warehouse.duckdb"
    published.unlink()
    shutil.copy(marked, published)
    server = start(home)
    server.sign_in()
    made = {
        "strategy": ["strategy"],
        "risk_manager": ["risk_manager", office_role(OURS)],
        "risk_manager_there": ["risk_manager", office_role(OTHERS)],
        "analyst": ["analyst", office_role(OURS)],
        "steward": ["steward"],
        "gamma": ["Gamma", "sql_lab"],
        "two_roles": ["analyst", "risk_manager", ALL_OFFICES],
    }
    yield {ADMINISTRATOR: server} | server.admit(made)
    stop(server)


@pytest.fixture(scope="module")
def datasets(users: dict[str, Server]) -> dict[str, int]:
    return users[ADMINISTRATOR].datasets()


def chart(dataset: int, form: str = "full", result: str = "json", **asked: Any) -> dict[str, Any]:
    query = {"columns": [], "metrics": [], "filters": [], "row_limit": 10_000} | asked
    return {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [query],
        "result_type": form,
        "result_format": result,
    }


def sql_metric(expression: str) -> dict[str, str]:
    return {"expressionType": "SQL", "sqlExpression": expression, "label": "asked"}


def lab(server: Server, sql: str, **more: Any) -> tuple[int, str]:
    body = {"database_id": 1, "sql": sql, "schema": "main", "runAsync": False} | more
    status, answer, _ = server.call("/api/v1/sqllab/execute/", body)
    return status, str(answer)


READING = ("strategy", "risk_manager", "analyst", "steward")


def test_every_mart_has_a_dataset(datasets: dict[str, int]) -> None:
    assert set(datasets) == set(matrix())


@pytest.mark.parametrize("role", READING)
def test_a_role_is_shown_its_pages_and_nothing_else(users: dict[str, Server], role: str) -> None:
    server = users[role]
    slugs = {board["slug"] for board in server.call("/api/v1/dashboard/")[1]["result"]}
    own = set(policy()["roles"][role]["dashboards"]) & set(assets.boards())
    assert slugs == {assets.boards()[name]["slug"] for name in own}
    menu = {
        (entry["name"], child if isinstance(child, str) else child["name"])
        for entry in server.call("/api/v1/menu/")[1]["result"]
        for child in entry.get("childs") or [""]
    }
    sql_lab = {
        ("SQL Lab", "SQL Editor"),
        ("SQL Lab", "Saved Queries"),
        ("Reference", "SQL cookbook"),
    }
    everyone = {("Dashboards", ""), ("Reference", "Data docs"), ("Reference", "Dictionary")}
    assert menu == everyone | (sql_lab if role == "analyst" else set())


@pytest.mark.parametrize("name", ["gamma", "two_roles"])
def test_who_has_none_of_our_roles_sees_nothing(users: dict, datasets: dict, name: str) -> None:
    for mart in ("fct_declarations", "dim_source", "fct_kpi_values"):
        status, answer, _ = users[name].call("/api/v1/chart/data", chart(datasets[mart], "samples"))
        assert (status >= 400 and "is not for you" in str(answer)) or status == 403, answer
    assert lab(users[name], "select * from fct_declarations")[0] >= 400
    if name == "gamma":
        assert users[name].call("/api/v1/dashboard/")[1]["count"] == 0


@pytest.mark.parametrize("role", READING)
def test_denied_marts_are_refused_to_charts(users: dict, datasets: dict, role: str) -> None:
    for mart in matrix().values():
        if mart.access[role] == "denied":
            for form in ("samples", "drill_detail", "full"):
                asked = chart(datasets[mart.name], form, metrics=[sql_metric("count(*)")])
                assert users[role].call("/api/v1/chart/data", asked)[0] == 403, mart.name


@pytest.mark.parametrize("mart", OFFICE_MARTS)
def test_no_row_of_another_office_in_drill_or_export(
    users: dict, datasets: dict, mart: str
) -> None:
    for result in ("json", "csv"):
        asked = chart(datasets[mart], "drill_detail", result)
        # The other office's manager first: what is kept of his answer is not ours.
        status, theirs, _ = users["risk_manager_there"].call("/api/v1/chart/data", asked)
        assert status == 200, theirs
        status, ours, _ = users["risk_manager"].call("/api/v1/chart/data", asked)
        assert status == 200 and not _marked(ours)
        if mart not in NOTHING_TO_HIDE | {"dim_operator", "operator_risk"}:
            assert _marked(theirs)


def _marked(answer: Any) -> bool:
    return MARK in (answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))


def test_what_was_kept_for_one_office_is_not_given_to_another(users: dict, datasets: dict) -> None:
    asked = chart(
        datasets["fct_declarations"], metrics=[sql_metric("string_agg(distinct office_code, ' ')")]
    )

    def told(name: str) -> tuple[str, bool]:
        result = users[name].call("/api/v1/chart/data", asked)[1]["result"][0]
        return result["data"][0]["asked"], bool(result["is_cached"])

    assert told("risk_manager_there") == (OTHERS[1], False)
    assert told("risk_manager") == (OURS[1], False)
    assert told("analyst") == (OURS[1], False)
    assert told("risk_manager_there") == (OTHERS[1], True)
    assert told("risk_manager") == (OURS[1], True)
    values = f"/api/v1/datasource/table/{datasets['fct_declarations']}/column/office_code/values/"
    assert users["risk_manager_there"].call(values)[1]["result"] == [OTHERS[1]]
    assert users["risk_manager"].call(values)[1]["result"] == [OURS[1]]


# Put where a chart takes SQL: metric, column, filter, having, order.
IN_CHARTS = [
    "(select max(importer_id) from fct_declarations)",
    "(select string_agg(importer_id) from main.fct_declarations)",
    "(select max(rule_code) from dim_risk_rule)",
    "(select count(*) from quality_quarantine)",
    "(select max(sql) from duckdb_views())",
    "(select max(content) from read_text('/etc/passwd'))",
    "(select count(*) from glob('/*'))",
    "(select max(table_name) from information_schema.tables)",
    "current_setting('temp_directory')",
    "1) from dim_risk_rule --",
    "1); select (1",
    "error((select max(importer_id) from fct_declarations))",
    "cast((select max(importer_id) from fct_declarations) as integer)",
    "{{ current_username() }}",
    "getenv('HOME')",
]


@pytest.mark.parametrize("expression", IN_CHARTS)
def test_sql_in_charts_reads_no_more_than_the_reader_may(users, datasets, expression: str) -> None:
    column = {"expressionType": "SQL", "sqlExpression": expression, "label": "asked"}
    count = sql_metric("count(*)")
    places = [
        {"metrics": [sql_metric(expression)]},
        {"columns": [column], "metrics": [count]},
        {"metrics": [count], "extras": {"where": f"{expression} is not null"}},
        {"metrics": [count], "extras": {"having": f"{expression} is not null"}},
        {"columns": ["source_system"], "metrics": [count], "orderby": [[column, True]]},
    ]
    for place in places:
        for role in READING:
            status, answer, _ = users[role].call(
                "/api/v1/chart/data", chart(datasets["dim_source"], **place)
            )
            told = json.dumps(answer, ensure_ascii=False)
            assert not re.search(rf"{MARK}|root:|R-\d|release_[0-9a-f]{{32}}", told), told
            assert status >= 400, (role, place, told)


def test_sql_lab_refuses_what_is_hostile(users: dict[str, Server], tmp_path: Path) -> None:
    for sql in FORBIDDEN[::4]:
        for role in ("analyst", ADMINISTRATOR):
            sql = sql.replace("{path}", str(tmp_path / "out")).replace("{catalog}", "warehouse")
            status, told = lab(users[role], sql)
            assert status >= 400, (role, sql, told)
            assert not re.search(rf"{MARK}|root:|release_[0-9a-f]{{32}}", told), told
    assert not list(tmp_path.iterdir())
    for sql in CLEVER[::4]:
        assert MARK not in lab(users["analyst"], sql)[1]
    told = lab(users["analyst"], "select count(*) as n from fct_declarations")
    assert told[0] == 200, told


@pytest.mark.parametrize("role", ["strategy", "risk_manager", "steward"])
def test_sql_lab_is_for_analysts(users: dict[str, Server], role: str) -> None:
    assert lab(users[role], "select 1")[0] == 403


@pytest.mark.parametrize("role", READING)
def test_no_other_door_is_open(users: dict[str, Server], datasets: dict, role: str) -> None:
    server = users[role]
    about = {"database_name": "x", "sqlalchemy_uri": "duckdb:////tmp/x.duckdb"}
    doors = [
        ("/api/v1/database/", about),
        ("/api/v1/database/test_connection/", about),
        ("/api/v1/database/validate_parameters/", about),
        ("/api/v1/database/1/upload/", {}),
        ("/api/v1/dataset/", {"database": 1, "schema": "main", "table_name": "dim_risk_rule"}),
        ("/api/v1/dataset/get_or_create/", {"database_id": 1, "table_name": "dim_risk_rule"}),
        ("/api/v1/chart/", {"slice_name": "x", "datasource_id": 1, "datasource_type": "table"}),
        ("/api/v1/dashboard/", {"dashboard_title": "x"}),
        ("/api/v1/rowlevelsecurity/", {"name": "x"}),
        ("/api/v1/security/users/", {"username": "x"}),
        ("/api/v1/security/roles/", {"name": "x"}),
        ("/api/v1/security/guest_token/", {"resources": [], "rls": [], "user": {}}),
        ("/api/v1/assets/import/", {}),
        ("/api/v1/sqllab/estimate/", {"database_id": 1, "sql": "select 1"}),
    ]
    for path, body in doors:
        assert server.call(path, body)[0] in (401, 403, 404, 405), path
    for path in (
        "/api/v1/log/",
        "/api/v1/security/users/",
        "/api/v1/assets/export/",
        "/api/v1/database/1/connection",
    ):
        assert server.call(path)[0] in (401, 403, 404), path
    kept = {"select_as_cta": True, "ctas_method": "TABLE", "tmp_table_name": "x"}
    assert lab(server, "select 1 as x", **kept)[0] >= 400
