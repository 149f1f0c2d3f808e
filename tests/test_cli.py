"""The command line: help with examples, exit codes, errors that help, one run at a time."""

import json
import os
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from crw.cli import app
from crw.errors import CrwError
from crw.guard import tables_of
from crw.home import Home
from crw.query import query

COMMANDS = sorted(get_command(app).commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str):
    told = CliRunner().invoke(app, [command, "--help"]).stdout
    assert "Example: crw" in told
    assert command in told.partition("Example: crw")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["build", "--nonsense"],
        ["publish", "--accept"],
        ["purge", "--before", "May"],
    ],
)
def test_bad_usage_ends_with_2(tmp_path, crw, arguments: list[str]):
    assert crw(tmp_path, *arguments, code=2).stderr


def test_a_bad_day_is_explained(tmp_path, crw):
    assert "SOURCE=YYYY-MM-DD" in crw(tmp_path, "build", "--as-of", "kcs=May", code=2).stderr


def test_a_home_that_cannot_be_used_is_explained(tmp_path, crw):
    (tmp_path / "file").write_text("")
    assert "cannot be used" in crw(tmp_path / "file" / "home", "status", code=2).stderr


def test_a_second_run_is_told_who_holds_the_lock(tmp_path, crw):
    home = Home.open(tmp_path)
    with home.lock("build"):
        told = crw(home, "run", code=2).stderr
    assert "crw build" in told and str(os.getpid()) in told


def test_the_unforeseen_is_no_traceback(tmp_path):
    broken = "import sys, crw.status; del crw.status.status; from crw.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", broken, "--home", tmp_path, "status"],
        capture_output=True,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    (log,) = tmp_path.glob("crw-*.log")
    assert log.name in done.stderr.replace("\n", "")
    assert "ImportError" in log.read_text()


def test_a_query_answers_in_each_format(built_home: Home, crw):
    sql = "select 1 as one, 'a,\"b' as two, null as three"
    assert "one" in crw(built_home, "query", sql).stdout
    assert crw(built_home, "query", sql, "--format", "csv").stdout == 'one,two,three\n1,"a,""b",\n'
    answer = crw(built_home, "query", sql, "--format", "json").stdout
    assert json.loads(answer) == {"one": 1, "two": 'a,"b', "three": None}


@pytest.mark.parametrize(
    "sql",
    [
        "select",
        "select * from nowhere",
        "select 1; select 2",
        "drop table fct_declarations",
        "delete from fct_declarations",
        "with gone as (delete from fct_declarations returning *) select * from gone",
        "create table mine as select 1",
        "attach 'x.duckdb'",
        "copy fct_declarations to 'x.csv'",
        "set threads = 1",
        "pragma database_list",
        "select * from pragma_database_list",
        "select * from duckdb_settings()",
        "select * from duckdb_databases",
        # Refused since 2026-11-26: it lists tables whoever asks, and marts are some readers' alone.
        "select table_name from information_schema.tables",
        "select current_setting('temp_directory')",
        "select getenv('HOME')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/*')",
        "select * from query('select 1')",
        "summarize fct_declarations",
        "describe fct_declarations",
        "pivot fct_declarations on regime using count(*)",
        "explain analyze select 1",
        "install httpfs",
    ],
)
def test_a_query_that_is_no_select_of_marts_is_refused(built_home: Home, sql: str, capsys):
    with pytest.raises(CrwError) as refused:
        query(built_home, sql)
    assert capsys.readouterr().out == ""
    assert str(built_home.root) not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    "sql",
    [
        "from fct_declarations",
        "select regime, count(*) from fct_declarations group by all order by all",
        "with a as (select 1 as x) select * from a union all select 2",
        "select * from range(3)",
        "select unnest([1, 2])",
        "select * from fct_declarations qualify row_number() over (order by accepted_at) = 1",
    ],
)
def test_what_analysts_write_is_let_through(sql: str):
    tables_of(sql)


def test_no_release_is_explained(tmp_path, crw):
    for command in (["query", "select 1"], ["rollback"]):
        assert "no release yet" in crw(tmp_path, *command, code=2).stderr
    assert "no release yet" in crw(tmp_path, "releases").stdout
