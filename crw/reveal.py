"""`crw reveal`: the original behind a pseudonym, for one who may, for a case and a reason, noted.

Whoever owns the vault's files can read them without this command. It is for the others, and so
that the owner's own look-ups leave a trace.
"""

import getpass
import sys

import duckdb

from crw import vault
from crw.console import out, table
from crw.errors import CrwError
from crw.home import Home
from crw.serve.roles import policy, reader_of


def reveal(home: Home, pseudonym: str, user: str, case: str, reason: str) -> None:
    about = {"command": "reveal", "user": user, "pseudonym": pseudonym}
    about |= {"case": case.strip(), "reason": reason.strip()}
    try:
        if not about["case"] or not about["reason"]:
            raise CrwError("a case and a reason are needed", "--case NUMBER --reason 'why'")
        if _role(home, user) not in policy()["may_reveal"]:
            raise CrwError(
                f"{user} may not ask for originals, or the password is wrong",
                f"roles that may: {', '.join(policy()['may_reveal'])}",
            )
        found = _originals(home, pseudonym)
        if not found:
            raise CrwError(
                f"the vault holds no '{pseudonym}'",
                "pseudonyms look like p_4f0c…; `crw purge` drops those of old batches",
            )
    except CrwError as refused:
        vault.note(home, about | {"outcome": f"refused: {refused}"})
        raise
    # Noted first: what cannot be noted is not told.
    vault.note(home, about | {"outcome": "told"})
    out.print(table("", ["source", "entity", "field", "original"], found))


def _role(home: Home, user: str) -> str | None:
    from crw.serve.users import superset

    if sys.stdin.isatty():
        password = getpass.getpass(f"password of {user}: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    with superset(home) as manager:
        known = manager.auth_user_db(user, password)
        return reader_of({role.name for role in known.roles}).role if known else None


def _originals(home: Home, pseudonym: str) -> list[list[str]]:
    files = [str(path) for path in home.vault.glob("*/*/batch=*/originals.parquet")]
    if not files:
        return []
    with duckdb.connect() as memory:
        rows = memory.execute(
            """
            select distinct split_part(place, '/', -4), split_part(place, '/', -3), field, original
            from (select *, filename as place from read_parquet(?, filename = true))
            where pseudonym = ?
            order by all
            """,
            [files, pseudonym],
        ).fetchall()
    return [list(row) for row in rows]
