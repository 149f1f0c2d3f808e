"""Demo data: the landing files of a plausible administration, and beside them the truth.

Nothing here is a real person, firm or risk. The months are made one after the other and forgotten,
so that memory is bounded by the largest month. `docs/demo-data.md` says what is in it and why.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from crw.console import err, progress, table
from crw.errors import CrwError
from crw.generate import cargo, documents, oversight, registers
from crw.generate.anomalies import Anomalies
from crw.generate.controls import inspect
from crw.generate.defects import Injector, to_latin1
from crw.generate.offences import commit
from crw.generate.seizures import lines as seizure_lines
from crw.generate.seizures import seize
from crw.generate.selection import select
from crw.generate.trade import trade
from crw.generate.truth import month_truth, patterns
from crw.generate.world import World, make_world
from crw.generate.write import Landing, Truth
from crw.home import write_json

# Entities of which there is one file, with room for defects.
SMALL = ("operators", "seizures", "transit_movements", "nii_devices", "post_clearance_audits")
MARK = "parameters.json"


def generate(
    out: Path,
    declarations: int,
    months: int,
    seed: int,
    end: date,
    defects: bool = True,
    anomalies: Sequence[str] = (),
) -> None:
    """Landing files of source cdps under `out`/landing, the truth about them under `out`/truth."""
    if declarations < months:
        raise CrwError(
            f"{declarations:,} declarations are too few for {months} months",
            "ask for at least one a month with --declarations",
        )
    with _fresh(out) as folder:
        world = make_world(declarations, months, seed, end)
        landing, truth = Landing(folder / "landing"), Truth(folder / "truth")
        injector = Injector(world, truth) if defects else None
        planted = Anomalies(world, anomalies)
        with progress() as bar:
            task = bar.add_task("generating", total=months)
            for month in range(months):
                one_month(world, month, landing, truth, injector, planted)
                bar.advance(task)
        landing.write("operators", planted.into("operators", registers.operators(world)))
        landing.write("risk_rules", registers.risk_rules(world))
        landing.write("risk_register", registers.risk_register(world))
        if injector:
            for name in SMALL:
                injector.into(name, landing.folder / f"{name}.csv")
        planted.into_files(landing.folder)
        planted.close(truth)
        patterns(world, truth)
        truth.close()
        asked = {"declarations": declarations, "months": months, "seed": seed}
        asked |= {"end": end.isoformat(), "defects": defects, "anomalies": [*anomalies]}
        write_json(folder / "truth" / MARK, asked)
    _summary(out, landing, injector, planted)


@contextmanager
def _fresh(out: Path) -> Iterator[Path]:
    """A folder to write in, that takes the place of an earlier demo only when it is finished."""
    parts = ("truth", "landing")  # landing last: where it stands, the demo is whole
    try:
        held = [part for part in parts if (out / part).is_dir() and any((out / part).iterdir())]
        if held and not (out / "truth" / MARK).is_file():
            raise CrwError(
                f"{out / held[0]} holds files that `crw generate` did not write",
                "give another folder with --out",
            )
        unfinished = out / ".unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
        for part in reversed(parts):
            shutil.rmtree(out / part, ignore_errors=True)
        for part in parts:
            (unfinished / part).rename(out / part)
        unfinished.rmdir()
    except OSError as problem:
        raise CrwError(
            f"the demo cannot be written to {out}: {problem.strerror}",
            "give a folder with room for it with --out",
        ) from problem


def _summary(out: Path, landing: Landing, injector: Injector | None, planted: Anomalies) -> None:
    rows = sorted(landing.totals.items())
    err.print(table(f"Generated in {out / 'landing'}", ["entity", "records"], rows))
    broken = f", {injector.total:,} defects in its ledger" if injector else ""
    for kind, what in planted.asked.items():
        err.print(f"anomaly {kind}: {what['says']}")
    err.print(f"The truth is in {out / 'truth'}{broken}. Load it: crw load cdps {out / 'landing'}")


def one_month(
    world: World,
    month: int,
    landing: Landing,
    truth: Truth,
    injector: Injector | None,
    planted: Anomalies,
) -> None:
    """Simulates a month and writes it."""
    # Months whose descriptions and addresses need quotes, and those that one office sends late.
    quoted = month % 8 == 3
    late = month % 6 == 2 and month + 1 < len(world.months)
    d, i = trade(world, month)
    commit(world, month, d, i)
    events, matches = select(world, month, d, i)
    x = inspect(world, month, d, i)
    s = seize(world, month, d, i, x)
    audits, audited = oversight.audits(world, month)
    documents.number_declarations(world, month, d)
    cases = oversight.cases(world, month, d, i, x, s, audited)
    oversight.remember_findings(world, d, x, s, audited)

    monthly = {
        "declarations": documents.declarations(world, d),
        "declaration_items": documents.items(world, month, d, i, quoted),
        "item_taxes": documents.taxes(world, month, d, i),
        "selection_events": documents.selection_events(world, d, events),
        "selectivity_matches": documents.matches(world, d, i, matches),
        "inspections": documents.inspections(world, d, i, x),
        "cargo_manifests": cargo.manifests(world, month, d, i, quoted),
        "partner_exports": oversight.partner_exports(world, month, i),
    }
    for name, columns in monthly.items():
        delivered = planted.into(name, columns)
        path = landing.write_month(name, delivered, world.months, month, late)
        if injector and name == "declarations" and month % 8 == 4:
            injector.redelivery(name, path)
        if injector and not (quoted and name in ("declaration_items", "cargo_manifests")):
            injector.into(name, path)
        if injector and name == "cargo_manifests" and month % 8 == 1:
            to_latin1(path)
    landing.write("seizures", planted.into("seizures", seizure_lines(world, month, d, s)))
    transit = cargo.transit(world, month, d)
    landing.write("transit_movements", planted.into("transit_movements", transit))
    landing.write("post_clearance_audits", audits)
    landing.write("nii_devices", oversight.devices(world, month, d, x))
    landing.write("enforcement_cases", cases)
    month_truth(world, d, i, x, truth)
