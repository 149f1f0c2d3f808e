"""Releases: made whole or not at all, listed, rolled back, and never changed by accident."""

import duckdb
import pytest

from crw import publish
from crw.errors import CrwError
from crw.home import Home, read_json, write_json


def released(home: Home) -> list[str]:
    return [release.name for release in publish.releases(home)]


def fail(home: Home, check: str) -> None:
    """Let a check of the last build be a failed blocker."""
    state = read_json(home.check_state)
    for result in state["results"]:
        if result["check_name"] == check:
            result |= {"status": "fail", "blocks": True}
    write_json(home.check_state, state)


def test_a_release_and_its_manifest_agree(built_home: Home):
    release = publish.current(built_home)
    publish.verify(release)
    said = publish.manifest(release)
    assert said["id"] == release.name
    assert said["marts"]["fct_declarations"]["rows"] > 0
    assert {b["source"] for b in said["batches"]} == {"cdps"}
    assert set(said["as_of"]) == {"cdps"}
    assert said["checks"]["pass"] > 0
    assert said["accepted"] == []
    with duckdb.connect(release / "warehouse.duckdb", read_only=True) as warehouse:
        assert warehouse.sql("from duckdb_views() where not internal").fetchall() == []


def test_the_same_again_is_nothing_new(home_copy: Home, crw):
    before = released(home_copy)
    assert "nothing new" in crw(home_copy, "publish").stderr
    assert released(home_copy) == before


def test_three_releases_are_kept(home_copy: Home, rebuild):
    first = publish.current(home_copy)
    made = []
    for note in "abcd":
        rebuild(home_copy, note)
        made.append(publish.publish(home_copy))
    assert released(home_copy) == [release.name for release in reversed(made[1:])]
    assert publish.current(home_copy) == made[-1]
    assert not first.exists()
    for release in made[1:]:
        publish.verify(release)


def test_rollback_stays_until_something_new_is_published(home_copy: Home, crw, rebuild):
    first = publish.current(home_copy)
    rebuild(home_copy, "second")
    second = publish.publish(home_copy)

    crw(home_copy, "rollback")
    assert publish.current(home_copy) == first
    # A nightly job with nothing new does not undo what a person decided.
    assert "rolled back" in crw(home_copy, "publish").stderr
    assert publish.current(home_copy) == first

    crw(home_copy, "rollback", second.name)
    assert publish.current(home_copy) == second
    crw(home_copy, "rollback", first.name)

    rebuild(home_copy, "third")
    third = publish.publish(home_copy)
    assert publish.current(home_copy) == third
    assert "▸" in crw(home_copy, "releases").stdout


def test_rollback_refuses_what_it_cannot_do(home_copy: Home, crw, rebuild):
    assert "no release is older" in crw(home_copy, "rollback", code=2).stderr
    assert "there is no release" in crw(home_copy, "rollback", "00009-x", code=2).stderr
    first = publish.current(home_copy)
    rebuild(home_copy, "second")
    second = publish.publish(home_copy)
    database = first / "warehouse.duckdb"
    database.chmod(0o600)
    with database.open("r+b") as file:
        file.seek(100_000)
        file.write(b"damaged." * 8)
    assert "damaged" in crw(home_copy, "rollback", code=2).stderr
    assert publish.current(home_copy) == second


def test_a_failed_blocker_keeps_the_old_release(home_copy: Home, crw, rebuild):
    before = publish.current(home_copy)
    rebuild(home_copy, "worse")
    fail(home_copy, "declarations_by_month")
    told = crw(home_copy, "publish", code=1).stderr
    assert "declarations_by_month" in told
    assert publish.current(home_copy) == before

    for bad in (["--accept", "declarations_by_month"], ["--accept", "nonsense", "--reason", "x"]):
        crw(home_copy, "publish", *bad, code=2)
    reason = "strike at the port, confirmed"
    crw(home_copy, "publish", "--accept", "declarations_by_month", "--reason", reason)
    after = publish.current(home_copy)
    assert after != before
    (accepted,) = publish.manifest(after)["accepted"]
    assert (accepted["check"], accepted["reason"]) == ("declarations_by_month", reason)
    assert accepted["by"] and accepted["at"]


def test_nothing_is_published_unbuilt_or_unchecked(home_copy: Home, rebuild):
    rebuild(home_copy, "new")
    home_copy.check_state.unlink()
    with pytest.raises(CrwError, match="not checked"):
        publish.publish(home_copy)
    home_copy.build_state.unlink()
    with pytest.raises(CrwError, match="no finished build"):
        publish.publish(home_copy)


def test_checks_of_another_build_do_not_count(home_copy: Home, rebuild):
    rebuild(home_copy, "new")
    write_json(home_copy.check_state, read_json(home_copy.check_state) | {"fingerprint": "old"})
    with pytest.raises(CrwError, match="another build"):
        publish.publish(home_copy)


def test_a_full_disk_is_told_before_anything_is_written(home_copy: Home, rebuild, monkeypatch):
    rebuild(home_copy, "new")
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(publish.shutil, "disk_usage", lambda path: usage)
    before = sorted(home_copy.releases.iterdir())
    with pytest.raises(CrwError, match="free"):
        publish.publish(home_copy)
    assert sorted(home_copy.releases.iterdir()) == before


def test_a_release_made_but_not_shown_is_shown_by_the_next_run(home_copy: Home, crw, rebuild):
    """A kill between the rename of the release and the swap of the link."""
    first = publish.current(home_copy)
    rebuild(home_copy, "second")
    second = publish.publish(home_copy)
    publish._point_at(home_copy, first)
    crw(home_copy, "publish")
    assert publish.current(home_copy) == second


def test_what_a_kill_left_is_cleared(home_copy: Home, rebuild):
    (home_copy.releases / ".00002-x.tmp").mkdir()
    (home_copy.releases / ".00002-x.tmp" / "warehouse.duckdb").write_bytes(b"half")
    (home_copy.releases / "00002-x").mkdir()  # its manifest was already removed
    rebuild(home_copy, "new")
    release = publish.publish(home_copy)
    folders = {path.name for path in home_copy.releases.iterdir() if path.is_dir()}
    assert folders == {*released(home_copy), "current"}
    publish.verify(release)
