"""Status: what is loaded, what was built and checked, what readers see, and how fresh it is."""

from crw.console import out, table
from crw.guard import open_locked
from crw.home import Home, read_json
from crw.publish import current, manifest
from crw.raw import batches


def status(home: Home, as_json: bool = False) -> None:
    """Print it on one screen, or as JSON."""
    known = _known(home)
    if as_json:
        out.print_json(data=known)
    else:
        _show(known)


def _known(home: Home) -> dict:
    build, check = read_json(home.build_state), read_json(home.check_state)
    release = current(home) if home.current.exists() else None
    return {
        "home": str(home.root),
        "entities": _entities(batches(home)),
        "build": build and {k: build[k] for k in ("fingerprint", "built_at", "versions")},
        "checks": check and {k: check[k] for k in ("fingerprint", "run_at", "summary")},
        "release": release and {k: v for k, v in manifest(release).items() if k != "batches"},
        "freshness": _freshness(home) if release else [],
    }


def _entities(counted: list[dict]) -> list[dict]:
    found: dict[tuple[str, str], dict] = {}
    for batch in counted:
        key = (batch["source"], batch["entity"])
        entity = found.setdefault(
            key,
            {"source": key[0], "entity": key[1], "batches": 0, "records": 0, "rejects": 0},
        )
        entity["batches"] += 1
        entity["records"] += batch["records"]
        entity["rejects"] += batch["reject_records"]
        entity["last_loaded_at"] = max(batch["loaded_at"], entity.get("last_loaded_at", ""))
    return [found[key] for key in sorted(found)]


def _freshness(home: Home) -> list[dict]:
    """As the release itself says it."""
    with open_locked(current(home) / "warehouse.duckdb") as warehouse:
        answer = warehouse.execute("""
            select source_system, as_of_on::varchar as as_of, data_until_on::varchar as data_until
            from dim_source order by all
        """)
        columns = [column[0] for column in answer.description]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def _show(known: dict) -> None:
    out.print(f"home      {known['home']}", soft_wrap=True)
    if not known["entities"]:
        out.print("loaded    nothing yet; crw load SOURCE PATH… starts")
        return
    columns = ("source", "entity", "batches", "records", "rejects", "last loaded")
    out.print(table("", columns, (entity.values() for entity in known["entities"])))
    build, checks, release = known["build"], known["checks"], known["release"]
    out.print(f"build     {build['built_at'] if build else 'none finished'}")
    if checks:
        said = checks["summary"]
        out.print(
            f"checks    {said['pass']} passed, {said['fail']} failed, {said['error']} in error, "
            f"{said['not_applicable']} not applicable; {checks['run_at']}"
        )
    else:
        out.print("checks    none on this build")
    if release:
        out.print(f"release   {release['id']}, created {release['created_at']}")
    else:
        out.print("release   none yet; crw run makes one")
    for source in known["freshness"]:
        out.print(
            f"          {source['source_system']}: data until {source['data_until']}, "
            f"counted from {source['as_of']}"
        )
    if build and release and build["fingerprint"] != release["fingerprint"]:
        out.print("          the last build is not what readers see")
