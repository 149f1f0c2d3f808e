"""The demo administration: repeatable, in the contract's columns, and as true as its truth says."""

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from crw.contract import find
from crw.errors import CrwError
from crw.generate import generate
from crw.generate.conditions import parse
from crw.home import PROJECT

END = date(2026, 6, 30)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """A demo large enough for rates, without defects: its files and its truth as views."""
    out = tmp_path_factory.mktemp("clean")
    generate(out, 40_000, 12, 5, END, defects=False)
    return open_demo(out)


def open_demo(out: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    for entity in find("cdps"):
        db.execute(
            f"create view {entity} as select * from read_csv('{out}/landing/{entity}*.csv',"
            " union_by_name = true, header = true, quote = '\"', sample_size = -1)"
        )
    for path in sorted((out / "truth").glob("*.parquet")):
        db.execute(f"create view truth_{path.stem} as from '{path}'")
    return db


def one(db: duckdb.DuckDBPyConnection, sql: str):
    return db.execute(sql).fetchone()[0]


def prints(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_same_seed_same_bytes(tmp_path):
    for name, seed, end in (
        ("a", 3, END),
        ("b", 3, END),
        ("c", 4, END),
        ("d", 3, date(2025, 2, 9)),
    ):
        generate(tmp_path / name, 1500, 3, seed, end)
    a, b, c, d = (prints(tmp_path / name) for name in "abcd")
    assert a == b
    assert a.keys() == c.keys()
    assert not {k for k in a if "landing/declaration" in k and a[k] == c[k]}
    assert any("202502" in name for name in d) and not any("202503" in name for name in d)


def test_a_new_demo_replaces_an_old_one_but_no_other_files(tmp_path):
    generate(tmp_path / "out", 600, 3, 1, END)
    generate(tmp_path / "out", 600, 1, 1, END)
    assert not list((tmp_path / "out" / "landing").glob("*_202605.csv"))
    assert not (tmp_path / "out" / ".unfinished").exists()
    (tmp_path / "mine" / "landing").mkdir(parents=True)
    (tmp_path / "mine" / "landing" / "declarations.csv").write_text("precious")
    with pytest.raises(CrwError, match="did not write"):
        generate(tmp_path / "mine", 600, 1, 1, END)
    assert (tmp_path / "mine" / "landing" / "declarations.csv").read_text() == "precious"


def test_too_few_declarations_are_refused(tmp_path):
    with pytest.raises(CrwError, match="too few"):
        generate(tmp_path / "out", 5, 24, 1, END)
    assert not (tmp_path / "out").exists()


def test_columns_are_the_contracts(demo_files):
    for name, entity in find("cdps").items():
        files = [p for p in (demo_files / "landing").glob("*.csv") if p.name.startswith(name)]
        assert files, name
        for path in files:
            header = path.open("rb").readline().decode().strip()
            assert header == ",".join(c.name for c in entity.columns), path.name


def test_exactly_the_declarations_asked_for(demo):
    assert one(demo, "select count(*) from declarations where version = 1") == 40_000
    assert one(demo, "select count(*) from truth_declarations") == 40_000
    assert one(demo, "select count(distinct declaration_id) from truth_declarations") == 40_000
    amended = one(demo, "select count(*) from declarations where version = 2")
    assert 0.02 < amended / 40_000 < 0.04


def test_nothing_is_known_that_came_after_the_end(demo):
    for entity in find("cdps").values():
        for column in entity.columns:
            ahead = column.name in ("due_at", "planned_at", "estimated_arrival_at")
            if column.data_type in ("timestamp", "date") and not ahead:
                latest = one(demo, f"select max({column.name})::date from {entity.name}")
                assert latest is None or latest <= END, (entity.name, column.name)


def test_the_random_draw_is_what_it_says(demo):
    """One event for each declaration of the frame; the draw's share is its mean probability."""
    frame, drawn, expected, variance = demo.execute(
        """
        select count(*), count(*) filter (random_drawn), sum(random_probability),
            sum(random_probability * (1 - random_probability))
        from selection_events where in_random_frame
        """
    ).fetchone()
    assert abs(drawn - expected) < 4 * variance**0.5
    assert 0.03 <= expected / frame <= 0.05
    assert frame == one(demo, "select count(*) from truth_declarations where in_random_frame")
    assert frame == one(
        demo, "select count(distinct declaration_id) from selection_events where in_random_frame"
    )
    # Constant within a stratum.
    spread = """
        select max(n) from (
            select count(distinct e.random_probability) as n
            from selection_events e join declarations d using (declaration_id)
            where e.in_random_frame and d.version = 1
            group by d.regime, e.channel_before
        )
    """
    assert one(demo, spread) == 1
    # No rule and no model had selected what was drawn upon.
    assert (
        one(
            demo,
            """
        select count(*) from selection_events a join selection_events b using (declaration_id)
        where a.in_random_frame and b.reason in ('criteria', 'model')
        """,
        )
        == 0
    )


def test_an_inspection_finds_what_the_truth_says_it_would(demo):
    """What a random inspection recorded is what the truth foretold, whatever its type."""
    wrong = one(
        demo,
        """
        select count(*)
        from inspections i join truth_declarations t using (declaration_id)
        where i.selection_reason = 'random' and i.result in ('compliant', 'non_compliant')
            and (i.result = 'non_compliant' and i.severity <> 'formal')
                <> t.random_control_would_find
        """,
    )
    assert wrong == 0
    assert (
        one(
            demo,
            """
        select count(*) from inspections i join truth_declarations t using (declaration_id)
        where i.result = 'non_compliant' and not t.offence
        """,
        )
        == 0
    )


def test_rates_are_those_of_an_administration(demo):
    offences = one(demo, "select avg(offence::int) from truth_declarations")
    assert 0.03 < offences < 0.05
    random = one(
        demo,
        """
        select avg(random_control_would_find::int) from truth_declarations
        where in_random_frame
        """,
    )
    assert 0.014 < random < 0.03
    shares = dict(
        demo.execute(
            """
            select channel_final, count(*) / sum(count(*)) over ()
            from declarations where version = 1 group by 1
            """
        ).fetchall()
    )
    assert 0.74 < shares["green"] < 0.85 and 0.03 < shares["blue"] < 0.08
    assert 0.06 < shares["yellow"] < 0.12 and 0.04 < shares["red"] < 0.09
    rules = demo.execute(
        """
        select rule_code, rule_version, count(distinct declaration_id) as n,
            count(distinct declaration_id)
                filter (result = 'non_compliant' and severity <> 'formal') / n as hit_rate
        from inspections
        where selection_reason = 'criteria' and result in ('compliant', 'non_compliant')
        group by all having n >= 60 order by hit_rate
        """
    ).fetchall()
    lifts = [rule[3] / random for rule in rules]
    assert lifts[0] < 1.2, "no rule is useless"
    assert 2.5 < lifts[-1] < 10, lifts
    assert len(rules) >= 20


def test_thirty_patterns_can_be_found_again(demo):
    """Where a pattern's condition holds, its offence is clearly likelier than elsewhere."""
    assert one(demo, "select count(*) from truth_patterns") >= 30
    base = one(
        demo,
        """
        select (select count(*) from truth_offending_items)
            / (select count(*) from declaration_items where version = 1)
        """,
    )
    found = demo.execute(
        """
        select pattern_id, any_value(name), count(*) as n, avg(offence::int) as rate
        from truth_pattern_items join truth_patterns using (pattern_id)
        group by pattern_id having n >= 15 and rate > 1.3 * $base
        """,
        {"base": base},
    ).fetchall()
    assert len(found) >= 30, sorted(found)
    fading = one(demo, "select count(*) from truth_patterns where lift_to < lift_from")
    emerging = one(demo, "select count(*) from truth_patterns where lift_to > lift_from")
    assert fading >= 3 and emerging >= 3
    terms = [len(parse(w[0])) for w in demo.execute('select "when" from truth_patterns').fetchall()]
    assert sum(t >= 3 for t in terms) >= 10, "too few interactions"


def test_seizures_come_in_every_category_and_traffic(demo):
    assert one(demo, "select count(distinct category_code) from seizures") >= 15
    assert one(demo, "select count(distinct traffic) from seizures") == 7
    assert one(demo, "select count(*) from seizures where version = 2") > 0
    assert one(demo, "select count(*) from seizures where line_number > 1") > 0
    # One primary line for each seizure and version.
    assert (
        one(
            demo,
            """
        select max(n) from (
            select count(*) filter (is_primary_line) as n from seizures
            group by seizure_id, version
        )
        """,
        )
        == 1
    )


def test_defects_can_be_left_out(tmp_path):
    generate(tmp_path, 1500, 3, 3, END, defects=False)
    assert not (tmp_path / "truth" / "defects.parquet").exists()
    asked = json.loads((tmp_path / "truth" / "parameters.json").read_text())
    assert asked["defects"] is False and asked["seed"] == 3


def test_memory_does_not_grow_with_the_months(tmp_path):
    """The peak of twelve months is that of two: months are forgotten once written."""

    def peak(months: int) -> float:
        code = (
            "import resource; from pathlib import Path; from datetime import date\n"
            "from crw.generate import generate\n"
            f"generate(Path({str(tmp_path / str(months))!r}), {1500 * months}, {months}, 1,"
            " date(2026, 6, 30))\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True
        )
        return float(done.stdout.splitlines()[-1])

    assert peak(12) < peak(2) + 50
