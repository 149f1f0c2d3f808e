"""Every dashboard as a reader meets it: opened in a browser, in light and dark, its filters set."""

import io
import os
from pathlib import Path

import pytest
from browser import BOARDS, Page, Reader, charts_on
from PIL import Image
from served import Server

from crw.access import level, matrix
from crw.guard import open_locked
from crw.home import Home
from crw.serve import assets
from crw.serve.roles import ALL_OFFICES, office_role, reader_of

pytestmark = pytest.mark.browser

FIRST = "risk_operations"


def nothing_to_show(home: Home, folder: str) -> set[str]:
    """Charts on marts that a demo this small leaves without a row: `mart_coverage` says so too."""
    charts = [assets.charts()[path] for path in assets.placed(folder, BOARDS[folder]).values()]
    with open_locked(home.current / "warehouse.duckdb") as release:
        empty = release.sql("select mart_name from mart_coverage where not is_filled").fetchall()
    return {chart["title"] for chart in charts if (chart["dataset"],) in empty}


def hold(page: Page, folder: str, home: Home) -> None:
    """Every chart is drawn and has data; the page is without error and asks nothing of others."""
    unfilled = nothing_to_show(home, folder)
    if kept := os.environ.get("CRW_SCREENSHOTS"):
        (Path(kept) / f"{folder}.png").write_bytes(page.picture)
    assert page.errors == [] and page.outside == []
    assert len(page.texts) == len(page.queries()) + len(page.maps) == charts_on(folder)
    assert set(page.blank) <= unfilled
    assert all(page.maps.values())
    without = [answer["sent"]["form_data"] for answer in page.answers if not answer["rows"]]
    assert len(without) == len(unfilled), without


@pytest.mark.parametrize("folder", BOARDS)
def test_every_chart_of_a_dashboard_is_drawn(reader: Reader, server: Server, folder: str) -> None:
    hold(reader.see(folder), folder, server.home)


def test_a_dashboard_in_the_dark_and_on_a_wide_screen(reader: Reader, server: Server) -> None:
    page = reader.see(FIRST, width=1920, theme="dark")
    hold(page, FIRST, server.home)
    with Image.open(io.BytesIO(page.picture)) as picture:
        assert picture.width == 1920
        grey = picture.convert("L").resize((192, 650)).getdata()
    assert sum(grey) / len(grey) < 60, "the page is not dark"


@pytest.fixture(scope="module")
def colleagues(server: Server) -> dict[str, Server]:
    """The server as each role meets it: one with an office of his own, one with all of them."""
    return server.admit(ROLES)


ROLES = {
    "strategy": ["strategy"],
    "steward": ["steward"],
    "manager": ["risk_manager", office_role(("cdps", "QM010"))],
    "analyst": ["analyst", ALL_OFFICES],
}


@pytest.mark.parametrize("folder", BOARDS)
def test_every_chart_runs_for_every_role(reader, server, colleagues: dict, folder: str) -> None:
    """It gives what the administrator sees, or what of it is the reader's, or is refused."""
    marts = {number: matrix()[name] for name, number in server.datasets().items()}
    page = reader.see(folder)
    rows = {a["sent"]["form_data"].get("slice_id"): len(a["rows"]) for a in page.answers}
    for query in page.queries():
        mart, chart = marts[query["datasource"]["id"]], query["form_data"]["slice_id"]
        for name, colleague in colleagues.items():
            who = reader_of(set(ROLES[name]))
            status, answer, _ = colleague.call("/api/v1/chart/data", query)
            case = (chart, mart.name, name, answer)
            if level(who, mart) == "denied":
                assert status == 403, case
            elif status == 403:
                hidden = mart.hides.get(who.role, ())
                assert any(f"{column} is not for the role" in answer for column in hidden), case
            else:
                assert status == 200 and not answer["result"][0]["error"], case
                seen = len(answer["result"][0]["data"])
                if (level(who, mart) == "national" or who.offices is None) and not mart.cell_count:
                    assert seen == rows[chart], case


def test_a_filter_changes_the_numbers(server: Server, reader: Reader) -> None:
    counted = "from fct_declarations where source_system = 'cdps' and not is_invalidated"
    with open_locked(server.home.current / "warehouse.duckdb") as release:
        office, held = release.sql(
            f"select office_name, count(*) {counted} group by all order by 2 desc limit 1"
        ).fetchone()
        everything = release.sql(f"select count(*) {counted}").fetchone()[0]
    condition = {"col": "office_name", "op": "IN", "val": [office]}
    written = f"filters:!((col:office_name,op:IN,val:!('{office}')))"
    name = "NATIVE_FILTER-office"
    chosen = f"(extraFormData:({written}),filterState:(value:!('{office}')),id:{name})"

    page = reader.see(FIRST, f"?native_filters=({name}:{chosen})")
    assert f"{everything:,}" in reader.see(FIRST).texts["Declarations"]
    assert f"{held:,}" in page.texts["Declarations"] and 0 < held < everything
    reached = assets.reach("office", assets.placed(FIRST, BOARDS[FIRST]))
    filtered = [q for q in page.queries() if condition in q["queries"][0]["filters"]]
    assert len(filtered) == len(reached) > 5


def test_a_click_on_a_kpi_acts_on_its_trend_alone(reader: Reader) -> None:
    page = reader.see("strategy", click="KPIs, the furthest from target first")
    (query,) = page.queries()
    chosen = {"col": "kpi_shown", "op": "IN", "val": [page.clicked]}
    assert page.clicked and chosen in query["queries"][0]["filters"]


def test_a_chart_drills_to_its_records(reader: Reader) -> None:
    asked_of = reader.see(FIRST).queries()
    query = next(q for q in asked_of if "selection_reason_label" in str(q["queries"]))
    number = query["datasource"]["id"]
    where = f"/datasource/samples?datasource_type=table&datasource_id={number}&page=1&per_page=50"
    asked = {"filters": [{"col": "selection_reason_label", "op": "==", "val": "Random"}]}
    records = reader.post(where, asked)["result"]["data"]
    assert records and {record["selection_reason"] for record in records} == {"random"}
    assert {"inspection_id", "declaration_id", "result"} <= set(records[0])
