"""Personal data stays out: names planted everywhere are found in the vault and nowhere else."""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import dirty
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crw import load, raw
from crw.errors import CrwError
from crw.home import Home
from crw.vault import Pseudonyms

SURNAME = b"vanterpool"


def contents(folder: Path, leave_out: tuple[Path, ...] = ()) -> Iterator[tuple[Path, bytes]]:
    """All bytes below a folder, and again all values of the Parquet files and databases."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(path.is_relative_to(other) for other in leave_out):
            continue
        yield path, path.read_bytes()
        if path.suffix == ".parquet":
            with duckdb.connect() as db:
                found = db.execute("select t::varchar from read_parquet(?) as t", [str(path)])
                yield path, repr(found.fetchall()).encode()
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as db:
                tables = db.execute("select table_name from duckdb_tables()").fetchall()
                for (name,) in tables:
                    found = db.execute(f'select t::varchar from main."{name}" as t')
                    yield path / name, repr(found.fetchall()).encode()


def test_planted_names_and_the_key_appear_nowhere(dirty_home: tuple[Home, str]):
    home, said = dirty_home
    key = home.key("pseudonym")
    secrets = [SURNAME, key.hex().encode(), key, *(name.lower().encode() for name in dirty.NAMES)]
    searched = set()
    for path, content in contents(home.root, leave_out=(home.vault, home.keys)):
        searched.add(path.relative_to(home.root).parts[0])
        lower = content.lower()
        for secret in secrets:
            assert secret not in lower and secret not in content, f"{path} gives a secret away"
    assert {"raw", "build", "releases", "logs"} <= searched
    for secret in secrets[:2]:
        assert secret not in said.lower().encode(), "a message gives a secret away"


def test_the_vault_has_every_name_that_was_taken_or_rejected(dirty_home: tuple[Home, str]):
    """Also proof that the search of the test above finds what is there."""
    home, _ = dirty_home
    found = b"".join(content for _, content in contents(home.vault))
    missing = [name for name in dirty.NAMES if name.encode() not in found]
    assert missing == dirty.NAMES[19:], "only what stood in a refused file is nowhere"


def test_pseudonyms_link_and_cannot_be_guessed_without_the_key(dirty_home: tuple[Home, str]):
    home, _ = dirty_home
    key, name = home.key("pseudonym"), dirty.NAMES[0]
    expected = "p_" + hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:32]
    batch = next(b for b in raw.batches(home) if b["file"] == "cargo_manifests_planted.csv")
    part = raw.folder(home, batch, "part") / "part.parquet"
    assert pq.ParquetFile(part).read().to_pylist()[0]["consignor_name"] == expected
    other = Pseudonyms(b"another key").hide(pa.table({"n": [name]}), ["n"])[0]
    assert other.to_pydict()["n"] != [expected]


def test_blank_stays_blank_and_the_same_name_gets_the_same_pseudonym():
    table = pa.table({"name": ["A", None, "", "  ", "B", "A"], "other": list("uvwxyz")})
    hidden, originals = Pseudonyms(b"key").hide(table, ["name"])
    first, *blank, second, again = hidden.to_pydict()["name"]
    assert blank == [None, "", "  "] and first == again != second
    assert first.startswith("p_") and len(first) == 34
    assert originals.to_pylist() == [
        {"pseudonym": first, "field": "name", "original": "A"},
        {"pseudonym": second, "field": "name", "original": "B"},
    ]
    assert hidden.column("other").equals(table.column("other"))


def test_vault_and_key_are_for_their_owner_only(dirty_home: tuple[Home, str]):
    home, _ = dirty_home
    assert home.vault.stat().st_mode & 0o077 == 0 and home.keys.stat().st_mode & 0o077 == 0
    assert (home.keys / "pseudonym").stat().st_mode & 0o077 == 0


def test_a_name_in_a_broken_record_of_a_file_without_that_column(tmp_path: Path):
    home = Home.open(tmp_path / "home")
    file = tmp_path / "operators.csv"
    file.write_text("operator_id,valid_from\nO1,2020-01-01\nO2,2020-01-01,Somebody\n")
    [batch] = load.load(home, "cdps", [file])
    assert batch["reject_records"] == 1
    assert not any(b"Somebody" in content for _, content in contents(home.raw))
    assert any(b"Somebody" in content for _, content in contents(home.vault))


def test_a_lost_key_is_not_replaced_silently(tmp_path: Path):
    home = Home.open(tmp_path / "home")
    file = tmp_path / "operators.csv"
    file.write_text("operator_id,name,valid_from\nO1,Somebody,2020-01-01\n")
    load.load(home, "cdps", [file])
    (home.keys / "pseudonym").unlink()
    with pytest.raises(CrwError, match="the key of the pseudonyms is gone"):
        load.load(home, "cdps", [file])


def test_a_field_declared_personal_later_is_replaced_when_the_file_comes_again(
    tmp_path: Path, monkeypatch
):
    """The other way round as well: once the contract names an unknown column, it can be read."""
    home = Home.open(tmp_path / "home")
    file = tmp_path / "nii_devices.csv"
    file.write_text("device_id,office_code,day,remark\nD1,QM010,2026-01-01,Somebody\n")
    load.load(home, "cdps", [file])
    judge = load._judge_columns
    monkeypatch.setattr(load, "_judge_columns", lambda *a: (judge(*a)[0], judge(*a)[1], []))
    [batch] = load.load(home, "cdps", [file])
    assert batch["new"] and len(raw.batches(home)) == 1
    rows = pq.ParquetFile(raw.folder(home, batch, "part") / "part.parquet").read().to_pylist()
    assert rows[0]["remark"] == "Somebody"
    assert not raw.vault(home, batch).exists()
