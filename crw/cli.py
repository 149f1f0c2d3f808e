"""The command line. Each command is thin: it reads its arguments and calls its module."""

import os
import sys
import traceback
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import typer
import yaml
from rich.markup import escape

from crw import __version__
from crw.console import err
from crw.errors import CrwError
from crw.home import PROJECT, Home

app = typer.Typer(
    name="crw",
    help="The customs risk warehouse: load, build, check, publish, serve.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

Force = Annotated[bool, typer.Option("--full", help="Build everything anew.")]
AsOf = Annotated[
    list[str] | None,
    typer.Option(
        "--as-of", help="SOURCE=YYYY-MM-DD: the day to count from, instead of the latest event."
    ),
]
Sources = Annotated[str | None, typer.Argument(help="Source: cdps, kcs or cbp.")]
Paths = Annotated[list[Path] | None, typer.Argument(help="Files or folders to load.")]
EntityName = Annotated[
    str | None, typer.Option("--entity", help="Entity, where the file's name doesn't tell.")
]

# Read here and not from crw.generate, which takes a second to import.
_ANOMALIES = (PROJECT / "crw/generate/parameters/anomalies.yml").read_text()
Anomaly = StrEnum("Anomaly", {name: name for name in yaml.load(_ANOMALIES, yaml.CSafeLoader)})


class Target(StrEnum):
    duckdb = "duckdb"
    spark = "spark"


@app.callback()
def main_options(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="CRW_HOME", help="The home folder of the warehouse.")
    ] = Path("var"),
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
    context.obj = home


def _home(context: typer.Context) -> Home:
    return Home.open(context.obj)


@app.command(epilog="Example: crw generate --declarations 10000 --months 6 --out landing")
def generate(
    out: Annotated[
        Path, typer.Option(help="Folder for the landing files and the truth beside them.")
    ],
    declarations: Annotated[int, typer.Option(min=1, help="How many declarations.")] = 200_000,
    months: Annotated[int, typer.Option(min=1, help="How many months.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    end: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = datetime(
        2026, 6, 30
    ),
    defects: Annotated[
        bool, typer.Option(help="Put broken and repeated records in, with a ledger of them.")
    ] = True,
    anomaly: Annotated[
        list[Anomaly] | None,
        typer.Option(help="Put something in that checks must find; may be given several times."),
    ] = None,
) -> None:
    """Demo landing files of a plausible administration, with known truth."""
    from crw.generate import generate as run

    run(out, declarations, months, seed, end.date(), defects, anomaly or [])


@app.command(epilog="Example: crw load kcs declarations_2020.csv")
def load(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source: cdps, kcs or cbp.")],
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    entity: EntityName = None,
    replaces: Annotated[
        str | None,
        typer.Option(help="Batch whose refused records this file mends, where no key tells."),
    ] = None,
) -> None:
    """Files into the raw zone, as received; names replaced by pseudonyms."""
    from crw.load import load as run

    home = _home(context)
    with home.lock("load"):
        run(home, source, paths, entity, replaces)


@app.command(epilog="Example: crw build --as-of kcs=2021-03-31")
def build(
    context: typer.Context,
    full: Force = False,
    as_of: AsOf = None,
    target: Annotated[
        Target, typer.Option(help="Engine: spark for those who outgrow one machine.")
    ] = Target.duckdb,
) -> None:
    """dbt: the raw zone into the risk data mart."""
    home = _home(context)
    with home.lock("build"):
        if target is Target.spark:
            from crw.build_spark import build as on_spark

            on_spark(home, _as_of(as_of))
        else:
            from crw.build import build as run

            run(home, full, _as_of(as_of))


@app.command(epilog="Example: crw parity")
def parity(context: typer.Context) -> None:
    """Every mart of the last builds of both engines, row for row; exit 1 if they differ."""
    from crw.parity import parity as run

    home = _home(context)
    with home.lock("parity"):
        run(home)


@app.command(epilog="Example: crw check")
def check(context: typer.Context) -> None:
    """Great Expectations on what was built; exit 1 on a blocker."""
    from crw.check import check as run

    home = _home(context)
    with home.lock("check"):
        run(home)


@app.command(epilog='Example: crw publish --accept declarations_by_month --reason "strike"')
def publish(
    context: typer.Context,
    accept: Annotated[list[str] | None, typer.Option(help="A failed check to accept.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is accepted.")] = "",
) -> None:
    """What was built and checked becomes the current release."""
    from crw.publish import publish as run

    home = _home(context)
    with home.lock("publish"):
        run(home, accept or [], reason)


@app.command(epilog="Example: crw run kcs declarations_2020.csv declarations_2021q1.csv")
def run(
    context: typer.Context,
    source: Sources = None,
    paths: Paths = None,
    entity: EntityName = None,
    full: Force = False,
    as_of: AsOf = None,
) -> None:
    """The nightly job: load, build, check, publish. Run again, it does nothing twice."""
    from crw.run import run as nightly

    home = _home(context)
    with home.lock("run"):
        nightly(home, source, paths or [], entity, full, _as_of(as_of))


@app.command(epilog="Example: crw status --json")
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Batches, last build, checks, current release, freshness."""
    from crw.status import status as run

    run(_home(context), as_json)


@app.command(epilog="Example: crw releases")
def releases(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """The releases kept, the current one marked."""
    from crw.publish import show_releases as run

    run(_home(context), as_json)


@app.command(epilog="Example: crw rollback")
def rollback(
    context: typer.Context,
    release: Annotated[
        str | None, typer.Argument(help="Release; without it, the one before.")
    ] = None,
) -> None:
    """Readers go back to an earlier release."""
    from crw.publish import rollback as run

    home = _home(context)
    with home.lock("rollback"):
        run(home, release)


@app.command(epilog='Example: crw query "select count(*) from fct_declarations" --format csv')
def query(
    context: typer.Context,
    sql: Annotated[str, typer.Argument(help="One SELECT statement.")],
    format: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    timeout: Annotated[float, typer.Option(help="Seconds after which it is stopped.")] = 300,
    memory: Annotated[str, typer.Option(help="Memory before it spills to disk.")] = "4GB",
) -> None:
    """Read-only SQL on the current release."""
    from crw.query import query as run

    run(_home(context), sql, format, timeout, memory)


@app.command(epilog="Example: crw serve --port 8088")
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(envvar="CRW_PORT", help="Port on 127.0.0.1.")] = 8088,
    workers: Annotated[int, typer.Option(help="Server processes.")] = 2,
) -> None:
    """Superset on the current release, until stopped with Ctrl-C."""
    from crw.serve import serve as run

    run(_home(context), port, workers)


@app.command(epilog="Example: crw demo --port 8088")
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(envvar="CRW_PORT", help="Port on 127.0.0.1.")] = 8088,
    declarations: Annotated[int, typer.Option(min=1)] = 200_000,
    months: Annotated[int, typer.Option(min=1)] = 24,
) -> None:
    """What `make up` does: demo data to a release where there is none yet, then serve."""
    from crw.run import demo as run

    run(_home(context), port, declarations, months)


@app.command(epilog="Example: crw train cdps")
def train(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source whose inspections it learns from.")],
) -> None:
    """A new learned score from the last build, promoted if the backtest says it is better."""
    from crw.learn.train import train as run

    home = _home(context)
    with home.lock("train"):
        run(home, source)


Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False)
]


@app.command(epilog="Example: crw backtest kcs --train-to 2020-12-31 --test-from 2021-01-01")
def backtest(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source to judge.")],
    train_to: Day = None,
    test_from: Day = None,
    test_to: Day = None,
    format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """What a score learned to one day finds after it; without days, in the last three months."""
    from crw.learn.backtest import backtest as run

    days = (day and day.date() for day in (train_to, test_from, test_to))
    run(_home(context), source, *days, form=format)


models = typer.Typer(
    no_args_is_help=True,
    help="The learned scores there are, and which of them is in use.",
    epilog="Example: crw models list",
)
app.add_typer(models, name="models")


@models.command("list", epilog="Example: crw models list")
def models_list(context: typer.Context) -> None:
    """Models by source, what they learned from, what they found, which one scores."""
    from crw.learn.registry import show as run

    run(_home(context))


@models.command("promote", epilog="Example: crw models promote 20260630-1f2e3d4c")
def models_promote(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Model, as crw models list names it.")],
) -> None:
    """From the next build on this model scores, whatever the backtest said."""
    from crw.learn.registry import promote as run

    home = _home(context)
    with home.lock("models promote"):
        run(home, model)


@models.command("rollback", epilog="Example: crw models rollback cdps")
def models_rollback(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Source.")],
) -> None:
    """The model promoted before scores again, from the next build on."""
    from crw.learn.registry import rollback as run

    home = _home(context)
    with home.lock("models rollback"):
        run(home, source)


dashboards = typer.Typer(
    no_args_is_help=True,
    help="Dashboards, which are files of the repository.",
    epilog="Example: crw dashboards export risk-overview",
)
app.add_typer(dashboards, name="dashboards")


@dashboards.command("export", epilog="Example: crw dashboards export risk-overview")
def dashboards_export(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DASHBOARD]…", help="Slugs, as in their addresses; all of the repository's."
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The folder to write to.", show_default="dashboards/")
    ] = PROJECT / "dashboards",
) -> None:
    """What somebody changed in the browser, back into the files of dashboards/."""
    from crw.serve.export import export as run

    run(_home(context), names or [], out)


quality = typer.Typer(
    no_args_is_help=True,
    help="What was refused, for those who mend it.",
    epilog="Example: crw quality export --source cdps",
)
app.add_typer(quality, name="quality")


@quality.command(epilog="Example: crw quality export --source cdps --out worklists")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder for the spreadsheets.")] = Path("worklists"),
    source: Annotated[str | None, typer.Option(help="One source alone.")] = None,
) -> None:
    """The steward's worklist: what was refused and is not mended, by source and owner."""
    from crw.quality import export as run

    home = _home(context)
    with home.lock("quality export"):
        run(home, out, source)


users = typer.Typer(
    no_args_is_help=True,
    help="Who may sign in, with which role, for which offices.",
    epilog="Example: crw users add maria --role risk_manager --office QM010",
)
app.add_typer(users, name="users")
UserName = Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.")]


@users.command("add", epilog="Example: crw users add maria --role risk_manager --office QM010")
def users_add(
    context: typer.Context,
    name: UserName,
    role: Annotated[
        str, typer.Option(help="strategy, risk_manager, analyst, steward or administrator.")
    ],
    office: Annotated[
        list[str] | None,
        typer.Option(help="Office code; several times for several. `all` for national staff."),
    ] = None,
) -> None:
    """A new user, or another role and other offices for one there is."""
    from crw.serve.users import add as run

    run(_home(context), name, role, office or [])


@users.command("list", epilog="Example: crw users list")
def users_list(context: typer.Context) -> None:
    """Users, their roles and offices."""
    from crw.serve.users import show as run

    run(_home(context))


@users.command("remove", epilog="Example: crw users remove maria")
def users_remove(context: typer.Context, name: UserName) -> None:
    """A user loses his role and can no longer sign in; the log still knows him."""
    from crw.serve.users import remove as run

    run(_home(context), name)


@app.command(epilog='Example: crw reveal p_4f0c… --user maria --case C-17 --reason "hearing"')
def reveal(
    context: typer.Context,
    pseudonym: Annotated[str, typer.Argument(help="As it stands in the warehouse.")],
    user: Annotated[str, typer.Option(help="Who asks: a user whose role may. Asks the password.")],
    case: Annotated[str, typer.Option(help="Number of the case it is for.")],
    reason: Annotated[str, typer.Option(help="Why the case needs it.")],
) -> None:
    """The original behind a pseudonym; who asked, when, for which case and why is noted."""
    from crw.reveal import reveal as run

    run(_home(context), pseudonym, user, case, reason)


@app.command(epilog="Example: crw purge --before 2024-01-01")
def purge(
    context: typer.Context,
    before: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day to keep.")],
) -> None:
    """Retention: drop old batches, vault entries and releases; their counts stay in the log."""
    from crw.keep import purge as run

    home = _home(context)
    with home.lock("purge"):
        run(home, before.date())


@app.command(epilog="Example: crw backup /mnt/backup/crw.tar")
def backup(
    context: typer.Context, target: Annotated[Path, typer.Argument(help="Archive to write.")]
) -> None:
    """The home folder into one archive, verified by checksum."""
    from crw.keep import backup as run

    home = _home(context)
    with home.lock("backup"):
        run(home, target)


@app.command(epilog="Example: crw --home fresh restore /mnt/backup/crw.tar")
def restore(
    context: typer.Context, archive: Annotated[Path, typer.Argument(help="Archive to read.")]
) -> None:
    """An archive back into an empty home folder, verified by checksum."""
    from crw.keep import restore as run

    run(context.obj, archive)


def _as_of(pairs: list[str] | None) -> dict[str, date]:
    found = {}
    for pair in pairs or []:
        source, _, day = pair.partition("=")
        try:
            found[source] = date.fromisoformat(day)
        except ValueError as problem:
            raise CrwError(
                f"--as-of '{pair}' is not SOURCE=YYYY-MM-DD", "for instance --as-of kcs=2021-03-31"
            ) from problem
    return found


def main() -> None:
    """Entry point: every failure is one message and an exit code, never a traceback."""
    try:
        app(standalone_mode=True)
    except CrwError as problem:
        _say(str(problem), problem.hint)
        sys.exit(problem.exit_code)
    except BrokenPipeError:
        os._exit(0)
    except Exception:
        # Nobody foresaw it, so it is a fault of this program: keep what its authors need to know.
        log = Path(gettempdir()) / f"crw-{os.getpid()}.log"
        log.write_text(traceback.format_exc())
        _say("this should not have happened; nothing was published", f"report it with {log}")
        sys.exit(2)


def _say(problem: str, hint: str) -> None:
    err.print(f"[bold red]error[/] {escape(problem)}", soft_wrap=True)
    if hint:
        err.print(f"  [dim]what to do:[/] {escape(hint)}", soft_wrap=True)


if __name__ == "__main__":
    main()
