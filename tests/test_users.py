"""Users with roles and offices, and the original behind a pseudonym: on the command line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crw.home import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, prepared_home: Home) -> Home:
    root = tmp_path_factory.mktemp("users") / "home"
    return Home(shutil.copytree(prepared_home.root, root, symlinks=True))


def password_of(home: Home, name: str) -> Path:
    return home.superset / "first_passwords" / name


@pytest.fixture(scope="module")
def maria(home: Home, crw: Callable) -> str:
    told = crw(home, "users", "add", "maria", "--role", "risk_manager", "--office", "QM010").stdout
    password = password_of(home, "maria").read_text().strip()
    assert "risk_manager of office cdps QM010" in told and str(password_of(home, "maria")) in told
    assert password not in told and len(password) >= 20
    assert password_of(home, "maria").stat().st_mode & 0o077 == 0
    return password


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["x", "--role", "boss"], "unknown role 'boss'"),
        (["x", "--role", "risk_manager"], "--office all"),
        (["x", "--role", "analyst", "--office", "NOWHERE"], "no office 'NOWHERE'"),
        (["x", "--role", "analyst", "--office", "kcs/QM010"], "no office 'kcs/QM010'"),
        (["x", "--role", "analyst", "--office", "all", "--office", "QM010"], "stands alone"),
        (["x", "--role", "steward", "--office", "QM010"], "leave --office out"),
        (["../x", "--role", "steward"], "no name"),
    ],
)
def test_who_cannot_be_added_is_told_why(home: Home, crw: Callable, asked: list, told: str) -> None:
    assert told in crw(home, "users", "add", *asked, code=2).stderr


def reveal(home: Home, password: str, *asked: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "crw.cli", "--home", str(home.root), "reveal", *asked]
    return subprocess.run(command, input=password + "\n", capture_output=True, text=True)


def test_an_original_is_told_to_who_may_for_a_case_and_noted(home: Home, maria: str) -> None:
    files = [str(path) for path in home.vault.glob("*/*/batch=*/originals.parquet")]
    with duckdb.connect() as memory:
        pseudonym, original = memory.execute(
            "select pseudonym, original from read_parquet(?) where field = 'name' order by all",
            [files],
        ).fetchone()
    why = ("--user", "maria", "--case", "C-17", "--reason", "hearing")
    told = reveal(home, maria, pseudonym, *why)
    assert told.returncode == 0 and original in told.stdout.replace("\n", " ")
    assert "the password is wrong" in reveal(home, "guessed", pseudonym, *why).stderr
    assert "vault holds no" in reveal(home, maria, "p_unknown", *why).stderr
    no_reason = reveal(home, maria, pseudonym, *why[:-1], "  ")
    assert no_reason.returncode == 2 and "a reason" in no_reason.stderr
    text = (home.vault / "disclosures.jsonl").read_text()
    noted = [json.loads(line) for line in text.splitlines()]
    assert [entry["outcome"].split(":")[0] for entry in noted] == ["told", *["refused"] * 3]
    assert all(entry["at"] and entry["who"] and entry["user"] == "maria" for entry in noted)
    assert noted[0]["case"] == "C-17" and noted[0]["reason"] == "hearing"
    assert noted[0]["pseudonym"] == pseudonym
    assert original not in text and maria not in text


def test_a_user_is_listed_and_can_be_removed(home: Home, crw: Callable, maria: str) -> None:
    crw(home, "users", "remove", "maria")
    listed = crw(home, "users", "list").stdout
    assert "administrator" in listed and "nobody" in listed
    assert not password_of(home, "maria").exists()
    assert "admin stays" in crw(home, "users", "remove", "admin", code=2).stderr
