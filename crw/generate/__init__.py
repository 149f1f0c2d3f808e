"""Demo data: the landing files of a plausible administration, and beside them the truth.

Nothing here is a real person, firm or risk. The months are made one after the other and forgotten,
so that memory is bounded by the largest month. `docs/demo-data.md` says what is in it and why.
"""

from datetime import date
from pathlib import Path

from crw.console import progress
from crw.generate import cargo, documents, oversight
from crw.generate.controls import inspect
from crw.generate.offences import commit
from crw.generate.seizures import lines as seizure_lines
from crw.generate.seizures import seize
from crw.generate.selection import select
from crw.generate.trade import trade
from crw.generate.truth import month_truth, patterns
from crw.generate.world import World, make_world
from crw.generate.write import Landing, Truth


def generate(
    out: Path, declarations: int, months: int, seed: int, end: date, defects: bool = True
) -> None:
    """Landing files of source cdps under `out`/landing, the truth about them under `out`/truth."""
    world = make_world(declarations, months, seed, end)
    landing, truth = Landing(out / "landing"), Truth(out / "truth")
    with progress() as bar:
        task = bar.add_task("generating", total=months)
        for month in range(months):
            one_month(world, month, landing, truth)
            bar.advance(task)
    landing.write("operators", documents.operators(world))
    landing.write("risk_rules", documents.risk_rules(world))
    landing.write("risk_register", documents.risk_register(world))
    patterns(world, truth)
    truth.close()


def one_month(world: World, month: int, landing: Landing, truth: Truth) -> None:
    """Simulates a month and writes it."""
    first = world.months[month]
    odd = month % 8 == 3
    d, i = trade(world, month)
    commit(world, month, d, i)
    events, matches = select(world, month, d, i)
    x = inspect(world, month, d, i)
    s = seize(world, month, d, i, x)
    audits, audited = oversight.audits(world, month)
    documents.number_declarations(world, month, d)
    opened = oversight.cases(world, month, d, i, x, s, audited)
    oversight.remember_findings(world, d, x, s, audited)

    landing.write("declarations", documents.declarations(world, d), first)
    landing.write("declaration_items", documents.items(world, month, d, i, odd), first)
    landing.write("item_taxes", documents.taxes(world, month, d, i), first)
    landing.write("selection_events", documents.selection_events(world, d, events), first)
    landing.write("selectivity_matches", documents.matches(world, d, i, matches), first)
    landing.write("inspections", documents.inspections(world, d, i, x), first)
    landing.write("cargo_manifests", cargo.manifests(world, month, d, i, odd), first)
    landing.write("partner_exports", oversight.partner_exports(world, month, i), first)
    landing.write("seizures", seizure_lines(world, month, d, s))
    landing.write("transit_movements", cargo.transit(world, month, d))
    landing.write("post_clearance_audits", audits)
    landing.write("nii_devices", oversight.devices(world, month, d, x))
    landing.write("enforcement_cases", opened)
    month_truth(world, d, i, x, truth)
