"""The KPIs computed a second time: in pandas, from the landing files, by their definitions.

Nothing here reads a model, a mart or a macro: a mistake in those cannot hide in here too. Of the
repository only the registries are read: which scopes a KPI has, the amounts of its definition,
which categories protect society. One function per KPI, named by its code, gives the cases counted:
a row each with the day (`day`), the columns of its scopes, and what its kind needs. `fold` brings
them to periods and scopes.
"""

import csv
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pandas as pd

PROJECT = Path(__file__).parents[1]
GRAINS = {"month": "M", "quarter": "Q", "year": "Y"}
ZONE = "Europe/Athens"  # of the demo's source and of all its offices
INSPECTED = ("compliant", "non_compliant")

# (grain, first day, scope, its value) -> numerator, denominator, value
Figures = dict[tuple[str, str, str, str], tuple[float | None, float | None, float | None]]
KPIS: dict[str, Callable[["Landing"], Figures]] = {}


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


REGISTRY = {row["kpi_code"]: row for row in seed("kpis")}


def amount(code: str, parameter: str) -> float:
    (found,) = (
        row["amount"]
        for row in seed("kpi_parameters")
        if (row["kpi_code"], row["parameter"]) == (code, parameter)
    )
    return float(found)


def moment(texts: pd.Series) -> pd.Series:
    """Local times as instants: of an hour that comes twice the second, of one skipped the next."""
    naive = pd.to_datetime(texts)
    return naive.dt.tz_localize(
        ZONE, ambiguous=[False] * len(naive), nonexistent=pd.Timedelta(hours=1)
    )


def day(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_localize(None).dt.normalize()


def hours(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start).dt.total_seconds() / 3600


def latest(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows of the highest version of each."""
    return frame[frame["version"] == frame.groupby(key)["version"].transform("max")]


class Landing:
    """The landing files of a demo without defects, typed, and what is said of their records."""

    def __init__(self, folder: Path, as_of: str) -> None:
        self.folder = folder
        self.as_of = pd.Timestamp(as_of)

    def read(self, entity: str) -> pd.DataFrame:
        names = sorted(self.folder.glob(f"{entity}.csv")) + sorted(
            self.folder.glob(f"{entity}_2*.csv")
        )
        parts = [pd.read_csv(n, dtype=str, keep_default_na=False, na_values=[""]) for n in names]
        frame = pd.concat(parts, ignore_index=True)
        for column in frame:
            timed = column.endswith("_at") or column in ("active_from", "active_to")
            if timed and column not in ("planned_at", "reported_at"):
                frame[column] = moment(frame[column])
        for column in ("version", "sequence", "item_number", "line_number", "rule_version"):
            if column in frame:
                frame[column] = pd.to_numeric(frame[column])
        return frame

    @cached_property
    def events(self) -> pd.DataFrame:
        return self.read("selection_events")

    @cached_property
    def rules(self) -> pd.DataFrame:
        return self.read("risk_rules")

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The version of each declaration that stands, invalidated ones too."""
        found = latest(self.read("declarations"), "declaration_id").rename(
            columns={"office_code": "office", "channel_final": "channel"}
        )
        found["accepted_on"] = day(found["accepted_at"])
        found["released_on"] = day(found["released_at"])
        return found

    @cached_property
    def arrivals(self) -> pd.DataFrame:
        """House consignments, and when the first version of each was filed."""
        filings = self.read("cargo_manifests")
        first = filings.groupby("house_document_id")["lodged_at"].min().rename("first_lodged_at")
        found = latest(filings, "house_document_id").join(first, on="house_document_id")
        found["day"] = day(found["arrived_at"])
        return found

    @cached_property
    def declarations(self) -> pd.DataFrame:
        """What KPIs count: accepted, not invalidated; why chosen, and whether inspected."""
        found = self.standing[
            (self.standing["status"] != "invalidated") & self.standing["accepted_at"].notna()
        ]
        arrived = self.arrivals.set_index("house_document_id")["arrived_at"]
        found = found.join(arrived, on="house_document_id")
        found["reason"] = found["declaration_id"].map(self.primary_reasons)
        found["by_risk"] = found["reason"].isin(["criteria", "model"])
        done = self.every_inspection[self.every_inspection["resolved"]]
        found["inspected"] = found["declaration_id"].isin(done["declaration_id"])
        physical = done.loc[done["type"] == "physical", "declaration_id"]
        found["opened"] = found["declaration_id"].isin(physical)
        return found

    @cached_property
    def primary_reasons(self) -> dict[str, str]:
        """Why each is under control: newest version, then the source's mark, then the strictest.

        An event is a reason if it leads to a control: a random draw only if it drew, an easing
        only if marked.
        """
        strict = {row["channel"]: int(row["strictness"]) for row in seed("channels")}
        chosen: dict[str, tuple[tuple, str]] = {}
        for event in self.events.to_dict("records"):
            after = strict.get(event["channel_after"], 0)
            eased = after < strict.get(event["channel_before"], 0)
            marked = event["is_primary"] == "true"
            if after == 0 or (event["reason"] == "random" and event["random_drawn"] != "true"):
                continue
            if eased and not marked:
                continue
            told = {"true": 2, "false": 1}.get(event["is_primary"], 0)
            rank = (event["version"], told, after, -event["sequence"])
            key = event["declaration_id"]
            if key not in chosen or rank > chosen[key][0]:
                chosen[key] = (rank, event["reason"])
        return {key: reason for key, (_, reason) in chosen.items()}

    @cached_property
    def every_inspection(self) -> pd.DataFrame:
        found = self.read("inspections")
        found["resolved"] = found["result"].isin(INSPECTED)
        found["hit"] = (found["result"] == "non_compliant") & (found["severity"] != "formal")
        found["ordered_on"] = day(found["ordered_at"])
        found["result_on"] = day(found["result_recorded_at"]).where(found["resolved"])
        found["extra"] = pd.to_numeric(found["additional_duty"]).fillna(0)
        return found

    @cached_property
    def inspections(self) -> pd.DataFrame:
        """Without those of invalidated declarations; a consignment without a declaration stays."""
        where = self.standing.set_index("declaration_id")[
            ["office", "regime", "transport_mode", "channel", "status"]
        ]
        found = self.every_inspection.join(where, on="declaration_id")
        return found[found["status"] != "invalidated"]

    @cached_property
    def by_reason(self) -> pd.DataFrame:
        """Declaration x selection reason, on the day of the last result."""
        security = {
            (rule["rule_code"], rule["rule_version"])
            for rule in self.rules.to_dict("records")
            if rule["risk_area"] != "revenue"
        }
        protecting = {
            row["category_code"]
            for row in seed("seizure_categories")
            if row["category_group"] == "safety_and_security"
        }
        known = set(self.standing["declaration_id"])
        groups: dict[tuple[str, str], dict] = {}
        done = self.inspections[
            self.inspections["resolved"] & self.inspections["result_on"].notna()
        ]
        for one in done.to_dict("records"):
            if one["declaration_id"] not in known or pd.isna(one["selection_reason"]):
                continue
            case = groups.setdefault(
                (one["declaration_id"], one["selection_reason"]),
                {"hit": False, "security": False, "security_hit": False, "serious": False}
                | {"day": one["result_on"], "reason": one["selection_reason"]}
                | {k: one[k] for k in ("office", "regime", "transport_mode", "channel")},
            )
            case["day"] = max(case["day"], one["result_on"])
            case["hit"] |= one["hit"]
            case["security"] |= (one["rule_code"], one["rule_version"]) in security
            case["security_hit"] |= one["hit"] and one["offence_category_code"] in protecting
            case["serious"] |= one["hit"] and one["severity"] == "serious"
        found = pd.DataFrame(groups.values())
        found["by_risk"] = found["reason"].isin(["criteria", "model"])
        return found

    @cached_property
    def seizures(self) -> pd.DataFrame:
        """Lines of what is still held, in the version that stands."""
        found = latest(self.read("seizures"), "seizure_id")
        found = found[found["status"].isin(["detained", "seized"])].copy()
        found["day"] = day(found["seized_at"])
        return found.rename(
            columns={"office_code": "office", "category_code": "category", "seizure_id": "case"}
        )

    @cached_property
    def audits(self) -> pd.DataFrame:
        found = self.read("post_clearance_audits")
        for name in ("opened", "closed"):
            found[f"{name}_on"] = day(found[f"{name}_at"])
        found["planned_on"] = pd.to_datetime(found["planned_at"])
        found["found"] = (found["result"] == "findings") & found["closed_at"].notna()
        return found

    def ends(self, grain: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
        """Each period of the data up to the day of reference: its first day, its last day known."""
        scans = pd.to_datetime(self.read("nii_devices")["day"])
        days = (
            self.declarations["accepted_on"],
            self.arrivals["day"],
            self.audits["opened_on"],
            scans,
        )
        found = pd.period_range(min(one.min() for one in days), self.as_of, freq=GRAINS[grain])
        return [(p.start_time, min(p.end_time.normalize(), self.as_of)) for p in found]


def kpi(function: Callable[[Landing], Figures]) -> Callable[[Landing], Figures]:
    KPIS[function.__name__] = function
    return function


def fold(code: str, cases: pd.DataFrame, measure: Callable[[pd.DataFrame], tuple]) -> Figures:
    """The cases of each period and scope of the registry, measured."""
    figures: Figures = {}
    cases = cases[cases["day"].notna()]
    for grain, letter in GRAINS.items():
        starts = cases["day"].dt.to_period(letter).dt.start_time
        for scope in REGISTRY[code]["scopes"].split("|"):
            values = pd.Series("all", index=cases.index) if scope == "all" else cases[scope]
            for (start, value), group in cases.groupby([starts, values]):
                figures[grain, str(start.date()), scope, value] = measure(group)
    return figures


def shares(
    code: str, cases: pd.DataFrame, told: pd.Series | None = None, scale: int = 100
) -> Figures:
    """How many of the cases are so (`told`), of all of them."""
    cases = cases.assign(n=1.0 if told is None else told.astype(float), d=1.0)
    return ratios(code, cases, scale)


def ratios(code: str, cases: pd.DataFrame, scale: int = 100) -> Figures:
    """The sum of `n` over that of `d`."""

    def measure(group: pd.DataFrame) -> tuple:
        n, d = float(group["n"].sum()), float(group["d"].sum())
        return n, d, scale * n / d if d else None

    return fold(code, cases, measure)


def medians(code: str, cases: pd.DataFrame, share: float = 0.5) -> Figures:
    """The quantile of `x`, between the two nearest in proportion."""
    cases = cases[cases["x"].notna()]
    return fold(code, cases, lambda group: (None, len(group), float(group["x"].quantile(share))))


def counts(code: str, cases: pd.DataFrame) -> Figures:
    """Distinct units: one in several categories counts once in each, and once in all."""

    def measure(group: pd.DataFrame) -> tuple:
        n = float(group["case"].nunique())
        return n, None, n

    return fold(code, cases, measure)


def at_period_ends(landing: Landing, judge: Callable[[pd.Timestamp], tuple[int, int]]) -> Figures:
    """A share as it stands on the last known day of each period."""
    figures: Figures = {}
    for grain in GRAINS:
        for start, end in landing.ends(grain):
            n, d = judge(end)
            if d:
                figures[grain, str(start.date()), "all", "all"] = (n, d, 100 * n / d)
    return figures


@kpi
def SEL01(at: Landing) -> Figures:
    """Of the declarations accepted, those physically inspected."""
    found = at.declarations.assign(day=at.declarations["accepted_on"])
    return shares("SEL01", found, found["opened"])


@kpi
def SEL02(at: Landing) -> Figures:
    """Of the declarations accepted, those finally in each channel."""
    figures: Figures = {}
    found = at.declarations
    for grain, letter in GRAINS.items():
        starts = found["accepted_on"].dt.to_period(letter).dt.start_time
        for start, group in found.groupby(starts):
            for channel in ("green", "blue", "yellow", "red"):
                n, d = float((group["channel"] == channel).sum()), float(len(group))
                figures[grain, str(start.date()), "channel", channel] = (n, d, 100 * n / d)
    return figures


@kpi
def SEL03(at: Landing) -> Figures:
    """Of the declarations inspected by risk, those with an offence."""
    found = at.by_reason[at.by_reason["by_risk"]]
    return shares("SEL03", found, found["hit"])


@kpi
def SEL08(at: Landing) -> Figures:
    """Of the physical inspections with a result and a reason, those an officer chose."""
    found = at.inspections
    found = found[found["resolved"] & (found["type"] == "physical")]
    found = found[found["selection_reason"].notna()].assign(day=found["result_on"])
    return shares("SEL08", found, found["selection_reason"] == "officer")


@kpi
def SEL09(at: Landing) -> Figures:
    """Of the declarations inspected because an officer chose them, those with an offence."""
    found = at.by_reason[at.by_reason["reason"] == "officer"]
    return shares("SEL09", found, found["hit"])


@kpi
def SEL11(at: Landing) -> Figures:
    """Of the inspections due, those closed or overdue without a result."""
    found = at.inspections.assign(day=at.inspections["ordered_on"])
    late = (at.as_of - found["ordered_on"]).dt.days > amount("SEL11", "overdue_days")
    closed = (found["result"] == "not_performed") | found["ended_at"].notna()
    found = found.assign(lost=~found["resolved"] & (late | closed), inspection_type=found["type"])
    found = found[found["resolved"] | found["lost"]]
    return shares("SEL11", found, found["lost"])


@kpi
def SEL13(at: Landing) -> Figures:
    """Of what was selected by risk and released, what has no inspection on record."""
    found = at.declarations[at.declarations["by_risk"]]
    found = found.assign(day=found["released_on"])
    return shares("SEL13", found, ~found["inspected"])


@kpi
def SEL14(at: Landing) -> Figures:
    """Of what was selected by risk, what an officer moved to a lighter channel."""
    strict = {row["channel"]: int(row["strictness"]) for row in seed("channels")}
    events = at.events[at.events["reason"] == "officer"]
    lighter = events["channel_after"].map(strict) < events["channel_before"].map(strict)
    found = at.declarations[at.declarations["by_risk"]]
    found = found.assign(day=found["accepted_on"])
    return shares("SEL14", found, found["declaration_id"].isin(events[lighter]["declaration_id"]))


@kpi
def SAF01(at: Landing) -> Figures:
    """Of the declarations inspected on a security rule, those with goods that endanger society."""
    found = at.by_reason[at.by_reason["security"]]
    return shares("SAF01", found, found["security_hit"])


@kpi
def SAF02(at: Landing) -> Figures:
    """Of the declarations inspected by risk, those inspected on a security rule."""
    found = at.by_reason[at.by_reason["by_risk"]]
    return shares("SAF02", found, found["security"])


@kpi
def SAF03(at: Landing) -> Figures:
    """Distinct seizures."""
    return counts("SAF03", at.seizures)


@kpi
def SAF04(at: Landing) -> Figures:
    """Cargo seizures of a consignment, per 10,000 consignments arrived."""
    seized = at.seizures[at.seizures["traffic"] == "cargo"]
    seized = seized[seized["house_document_id"].notna()].drop_duplicates("case")
    arrived = at.arrivals.assign(n=0.0, d=1.0)
    both = pd.concat([seized.assign(n=1.0, d=0.0), arrived], ignore_index=True)
    return ratios("SAF04", both, 10000)


@kpi
def SAF06(at: Landing) -> Figures:
    """Of the cargo seizures tied to a declaration or consignment, those the risk engine chose."""
    found = at.seizures[at.seizures["traffic"] == "cargo"]
    tied = found["declaration_id"].notna() | found["house_document_id"].notna()
    found = found[tied & found["selection_basis"].notna()]

    def measure(group: pd.DataFrame) -> tuple:
        engine = group[group["selection_basis"].isin(["criteria", "model"])]
        n, d = float(engine["case"].nunique()), float(group["case"].nunique())
        return n, d, 100 * n / d

    return fold("SAF06", found, measure)


def _of_categories(at: Landing, code: str) -> Figures:
    wanted = {row["category_code"] for row in seed("kpi_categories") if row["kpi_code"] == code}
    return counts(code, at.seizures[at.seizures["category"].isin(wanted)])


@kpi
def SAF07(at: Landing) -> Figures:
    """Serious offences per 1,000 declarations inspected by chance."""
    found = at.by_reason[at.by_reason["reason"] == "random"]
    return shares("SAF07", found, found["serious"], 1000)


@kpi
def SAF08(at: Landing) -> Figures:
    """Distinct seizures of drugs and precursors."""
    return _of_categories(at, "SAF08")


@kpi
def SAF09(at: Landing) -> Figures:
    """Distinct seizures of arms."""
    return _of_categories(at, "SAF09")


@kpi
def SAF10(at: Landing) -> Figures:
    """Distinct seizures that protect the environment."""
    return _of_categories(at, "SAF10")


@kpi
def SAF11(at: Landing) -> Figures:
    """Distinct seizures that protect health."""
    return _of_categories(at, "SAF11")


@kpi
def SAF12(at: Landing) -> Figures:
    """Distinct seizures of strategic goods."""
    return _of_categories(at, "SAF12")


@kpi
def SAF13(at: Landing) -> Figures:
    """Of the consignments that arrived, those filed before."""
    found = at.arrivals[at.arrivals["arrived_at"].notna()]
    return shares("SAF13", found, found["first_lodged_at"] < found["arrived_at"])


@kpi
def SAF17(at: Landing) -> Figures:
    """Hours scanned of the hours available."""
    found = at.read("nii_devices").rename(columns={"office_code": "office", "day": "day_text"})
    return ratios(
        "SAF17",
        found.assign(
            day=pd.to_datetime(found["day_text"]),
            n=pd.to_numeric(found["scanning_hours"]),
            d=pd.to_numeric(found["available_hours"]),
        ),
    )


@kpi
def SAF18(at: Landing) -> Figures:
    """Of the suspect images that were examined, those confirmed by a find."""
    after = at.inspections[at.inspections["resolved"]]
    after = after.groupby("parent_inspection_id").agg(
        found=("hit", "any"), day=("result_on", "max")
    )
    images = at.inspections[at.inspections["nii_verdict"] == "suspect"]
    found = images.join(after, on="inspection_id", how="inner")
    return shares("SAF18", found, found["found"])


@kpi
def SAF20(at: Landing) -> Figures:
    """Of the movements due, those that did not end in time."""
    void = at.standing.loc[at.standing["status"] == "invalidated", "declaration_id"]
    found = at.read("transit_movements").rename(columns={"office_destination": "office"})
    found = found[~found["declaration_id"].isin(void)]
    found = found.assign(day=day(found["due_at"]))
    found = found[found["day"] <= at.as_of]
    late = found["discharged_at"].isna() | (found["discharged_at"] > found["due_at"])
    return shares("SAF20", found, late)


def _waits(at: Landing) -> pd.DataFrame:
    found = at.declarations[at.declarations["regime"] == "import"]
    waited = hours(found["arrived_at"], found["released_at"]).clip(lower=0)
    return found.assign(day=found["released_on"], x=waited)


@kpi
def FAC01(at: Landing) -> Figures:
    """Median hours from arrival to release, imports."""
    return medians("FAC01", _waits(at))


@kpi
def FAC02(at: Landing) -> Figures:
    """Released within an hour of the later of acceptance and arrival."""
    found = at.declarations.assign(day=at.declarations["accepted_on"])
    ready = found[["accepted_at", "arrived_at"]].max(axis=1)
    within = hours(ready, found["released_at"]) <= amount("FAC02", "release_hours")
    return shares("FAC02", found, within)


@kpi
def FAC03(at: Landing) -> Figures:
    """Released on the day of acceptance."""
    found = at.declarations.assign(day=at.declarations["accepted_on"])
    return shares("FAC03", found, found["released_on"] <= found["accepted_on"])


def _days(at: Landing) -> pd.Series:
    found = at.declarations
    return (found["released_on"].fillna(at.as_of) - found["accepted_on"]).dt.days


@kpi
def FAC04(at: Landing) -> Figures:
    """Five days or more, until release or the day of reference."""
    found = at.declarations.assign(day=at.declarations["accepted_on"])
    return shares("FAC04", found, _days(at) >= amount("FAC04", "release_days"))


@kpi
def FAC05(at: Landing) -> Figures:
    """Not released when a month is over."""
    found = at.declarations.assign(day=at.declarations["accepted_on"])
    return shares("FAC05", found, _days(at) > amount("FAC05", "release_days"))


@kpi
def FAC06(at: Landing) -> Figures:
    """Median hours from the order to the recorded result, by type."""
    found = at.inspections[at.inspections["resolved"]]
    spent = hours(found["ordered_at"], found["result_recorded_at"])
    return medians(
        "FAC06", found.assign(day=found["result_on"], inspection_type=found["type"], x=spent)
    )


def trusted(at: Landing) -> pd.Series:
    """Whether the trader of each declaration is an AEO on the day of acceptance."""
    records: dict[str, list[tuple]] = {}
    for one in at.read("operators").to_dict("records"):
        until = one["valid_to"] if isinstance(one["valid_to"], str) else "9999"
        is_aeo = isinstance(one["aeo_type"], str) and one["aeo_status"] == "active"
        records.setdefault(one["operator_id"], []).append((one["valid_from"], until, is_aeo))
    who = {"import": "importer_id", "export": "exporter_id", "transit": "declarant_id"}

    def judge(one: dict) -> bool:
        on = str(one["accepted_on"].date())
        valid = [r for r in records.get(one[who[one["regime"]]], []) if r[0] <= on <= r[1]]
        return max(valid)[2] if valid else False

    return pd.Series(
        [judge(one) for one in at.declarations.to_dict("records")], at.declarations.index
    )


@kpi
def FAC09(at: Landing) -> Figures:
    """Of the value declared, what trusted traders declared."""
    values = items(at).groupby("declaration_id")["value"].sum(min_count=1)
    found = at.declarations.join(values, on="declaration_id")
    found = found.assign(
        day=found["accepted_on"], n=found["value"].where(trusted(at), 0), d=found["value"]
    )
    return ratios("FAC09", found[found["value"].notna()])


def items(at: Landing) -> pd.DataFrame:
    """Items of the version that stands."""
    found = at.read("declaration_items")
    found["value"] = pd.to_numeric(found["customs_value_national"])
    return found.merge(at.standing[["declaration_id", "version"]])


@kpi
def FAC10(at: Landing) -> Figures:
    """90th percentile of the hours from arrival to release, imports."""
    return medians("FAC10", _waits(at), 0.9)


@kpi
def FAC11(at: Landing) -> Figures:
    """Median hours from acceptance to release."""
    found = at.declarations
    spent = hours(found["accepted_at"], found["released_at"])
    return medians("FAC11", found.assign(day=found["released_on"], x=spent))


@kpi
def REV01(at: Landing) -> Figures:
    """Additional duties of the declarations inspected, of what those declared."""
    taxes = at.read("item_taxes").merge(at.standing[["declaration_id", "version"]])
    declared = pd.to_numeric(taxes["declared"]).groupby(taxes["declaration_id"]).sum(min_count=1)
    extra = at.every_inspection.groupby("declaration_id")["extra"].sum()
    found = at.declarations[at.declarations["inspected"]]
    found = found.assign(
        day=found["accepted_on"],
        n=found["declaration_id"].map(extra).fillna(0),
        d=found["declaration_id"].map(declared),
    )
    return ratios("REV01", found[found["d"].notna()])


@kpi
def REV02(at: Landing) -> Figures:
    """Additional duties per inspection with a result."""
    found = at.inspections[at.inspections["resolved"]]
    return ratios("REV02", found.assign(day=found["result_on"], n=found["extra"], d=1.0), 1)


@kpi
def PCA01(at: Landing) -> Figures:
    """Of the audits closed, those with findings."""
    found = at.audits[at.audits["closed_at"].notna()]
    return shares("PCA01", found.assign(day=found["closed_on"]), found["found"])


@kpi
def PCA02(at: Landing) -> Figures:
    """Of the audits opened, those chosen by risk."""
    found = at.audits[at.audits["selection_basis"].notna()]
    return shares("PCA02", found.assign(day=found["opened_on"]), found["selection_basis"] == "risk")


@kpi
def PCA03(at: Landing) -> Figures:
    """Of what closed audits assessed, what came in within twelve months."""
    found = at.audits[at.audits["closed_at"].notna()]
    months = pd.DateOffset(months=int(amount("PCA03", "collection_months")))
    utc = found[["closed_at", "collected_at"]].apply(lambda column: column.dt.tz_convert("UTC"))
    in_time = utc["collected_at"] <= utc["closed_at"] + months
    paid = pd.to_numeric(found["additional_collected"]).fillna(0)
    assessed = pd.to_numeric(found["additional_assessed"])
    found = found.assign(day=found["closed_on"], n=paid.where(in_time, 0), d=assessed)
    return ratios("PCA03", found[found["d"].notna()])


@kpi
def PCA04(at: Landing) -> Figures:
    """Of the audits planned in a period, those closed by its end."""
    figures: Figures = {}
    planned = at.audits[at.audits["planned_on"].notna()]
    for grain, letter in GRAINS.items():
        for period, group in planned.groupby(planned["planned_on"].dt.to_period(letter)):
            if period.start_time > at.as_of:  # a plan for what is still to come
                continue
            n, d = float((group["closed_on"] <= period.end_time).sum()), float(len(group))
            figures[grain, str(period.start_time.date()), "all", "all"] = (n, d, 100 * n / d)
    return figures


@kpi
def PCA05(at: Landing) -> Figures:
    """Of the audits with findings, those that led to a rule."""
    found = at.audits[at.audits["found"]]
    return shares(
        "PCA05", found.assign(day=found["closed_on"]), found["feedback_rule_code"].notna()
    )


@kpi
def GOV01(at: Landing) -> Figures:
    """Of the rules in force at the end of the period, those with an objective."""
    begin, end = day(at.rules["active_from"]), day(at.rules["active_to"])

    def judge(on: pd.Timestamp) -> tuple[int, int]:
        active = at.rules[(begin <= on) & (end.isna() | (end >= on))]
        tied = active.loc[active["objective_code"].notna(), "rule_code"]
        return tied.nunique(), active["rule_code"].nunique()

    return at_period_ends(at, judge)


@kpi
def GOV02(at: Landing) -> Figures:
    """Of the control types met in the twelve months to the end, those the law allows."""
    lawful = {
        row["control_type_code"]
        for row in seed("control_types")
        if row["source_system"] == "cdps" and row["legal_basis_code"]
    }
    back = int(amount("GOV02", "look_back_months"))
    used = at.every_inspection[at.every_inspection["control_type_code"].notna()]
    months = used["ordered_on"].dt.to_period("M")

    def judge(on: pd.Timestamp) -> tuple[int, int]:
        here = on.to_period("M")
        types = set(used.loc[(months <= here) & (months > here - back), "control_type_code"])
        return len(types & lawful), len(types)

    return at_period_ends(at, judge)


@kpi
def GOV03(at: Landing) -> Figures:
    """Of the KPIs that have a better and a worse, those with target and owner."""
    aimed = {row["kpi_code"] for row in seed("kpi_targets") if row["source_system"] == "cdps"}
    judged = [row for row in REGISTRY.values() if row["direction"] != "none"]
    n = sum(bool(row["owner"]) and row["kpi_code"] in aimed for row in judged)
    return at_period_ends(at, lambda _: (n, len(judged)))


def draws(at: Landing) -> pd.DataFrame:
    """The random frame: the first draw of each declaration, and what became of it."""
    first = at.events[(at.events["reason"] == "random") & (at.events["in_random_frame"] == "true")]
    first = first.assign(pi=pd.to_numeric(first["random_probability"]))
    first = first[first["pi"] > 0].sort_values(["version", "sequence"])
    first = first.drop_duplicates("declaration_id")[
        ["declaration_id", "channel_before", "pi", "random_drawn"]
    ]
    found = at.standing.merge(first)
    done = at.every_inspection[at.every_inspection["resolved"]]
    offending = set(done.loc[done["hit"], "declaration_id"])
    seized = set(at.seizures["declaration_id"].dropna())
    key = found["declaration_id"]
    found["drawn"] = found["random_drawn"] == "true"
    found["reached"] = found["drawn"] & key.isin(done["declaration_id"])
    found["y"] = found["drawn"] & key.isin(offending)
    found["found"] = key.isin(offending | seized)
    lodged = at.read("declarations").groupby("declaration_id")["version_lodged_at"].min()
    found["day"] = found["accepted_on"].fillna(day(key.map(lodged)))
    return found


def _missed(at: Landing, code: str) -> Figures:
    """T = sum of y/pi x drawn/inspected of the stratum; F found by anyone; M = max(0, T - F)."""
    frame = draws(at)
    figures: Figures = {}
    highest = float(
        next(
            row["value"]
            for row in seed("missed_risk_settings")
            if row["setting"] == "highest_share_not_inspected"
        )
    )
    for grain, scope in (
        ("quarter", "all"),
        ("year", "all"),
        ("year", "office"),
        ("year", "regime"),
    ):
        if scope not in REGISTRY[code]["scopes"].split("|"):
            continue
        starts = frame["day"].dt.to_period(GRAINS[grain]).dt.start_time
        values = pd.Series("all", index=frame.index) if scope == "all" else frame[scope]
        for (start, value), group in frame.groupby([starts, values]):
            figures[grain, str(start.date()), scope, value] = _judged(code, group, highest)
    return figures


def _judged(code: str, frame: pd.DataFrame, highest: float) -> tuple:
    drawn, reached, hits = (int(frame[name].sum()) for name in ("drawn", "reached", "y"))
    size, f = float(len(frame)), float(frame["found"].sum())
    estimable = drawn > 0 and reached > 0 and 1 - reached / drawn <= highest
    t = 0.0
    every, spoken_for = 0.0, 0.0
    strata = [frame["day"].dt.to_period("Q"), "office", "regime", "channel_before"]
    for _, stratum in frame.groupby(strata, dropna=False):
        chosen = stratum[stratum["drawn"]]
        stands_for = (1 / chosen["pi"]).sum()
        every += stands_for
        if chosen["reached"].any():
            spoken_for += stands_for
            weight = len(chosen) / chosen["reached"].sum()
            t += (weight / chosen.loc[chosen["y"], "pi"]).sum()
    t = t * every / spoken_for if spoken_for else 0.0
    missed = max(0.0, t - f) if estimable and hits else None
    if code == "SEL04":
        return (t, size, min(100.0, 100 * t / size)) if estimable else (None, size, None)
    if code == "SEL06":
        return missed, None, missed
    whole = None if missed is None else f + missed
    return f, whole, 100 * f / whole if whole else None


@kpi
def SEL04(at: Landing) -> Figures:
    """Offences estimated from the random draw, of its frame."""
    return _missed(at, "SEL04")


@kpi
def SEL06(at: Landing) -> Figures:
    """Offences estimated in the frame, less those found in it."""
    return _missed(at, "SEL06")


@kpi
def SEL07(at: Landing) -> Figures:
    """Of the offences of the frame, found or estimated to be missed, those found."""
    return _missed(at, "SEL07")


@kpi
def SAF05(at: Landing) -> Figures:
    """Median quantity of a seizure in each category and unit, which are never added."""
    held = at.seizures[at.seizures["unit"].notna()]
    held = held.assign(quantity=pd.to_numeric(held["quantity"]))
    one = held.groupby(["case", "category", "unit"])
    cases = one.agg(day=("day", "first"), x=("quantity", lambda all_: all_.sum(skipna=False)))
    cases = cases.reset_index()
    return medians("SAF05", cases.assign(category_unit=cases["category"] + " " + cases["unit"]))


@kpi
def SAF14(at: Landing) -> Figures:
    """Of the consignments filed, those whose first filing came within its lead time."""
    terms = {
        (row["filing_type"], row["transport_mode"], row["voyage_type"], row["containerised"]): row
        for row in seed("lead_times")
    }
    anchors = {"loading": "loading_at", "departure": "departed_at", "arrival": "arrived_at"}

    def judge(one: dict) -> float | None:
        kind = (one["filing_type"], one["transport_mode"], one["voyage_type"])
        boxed = "yes" if one["containerised"] == "true" else "no"
        term = terms.get((*kind, boxed)) or terms.get((*kind, "any"))
        if term is None or pd.isna(one[anchors[term["anchor_event"]]]):
            return None
        due = one[anchors[term["anchor_event"]]] - pd.Timedelta(hours=int(term["lead_hours"]))
        return float(one["first_lodged_at"] <= due)

    told = pd.Series([judge(one) for one in at.arrivals.to_dict("records")], at.arrivals.index)
    return shares("SAF14", at.arrivals[told.notna()], told[told.notna()])


@kpi
def SAF15(at: Landing) -> Figures:
    """Of the filings, those with every element their kind requires, as they stand."""
    kinds = {(r["filing_type"], r["transport_mode"]): r["element_set"] for r in seed("lead_times")}
    vague = {row["term"] for row in seed("vague_descriptions")}

    def usable(one: dict, element: str) -> bool:
        given = one[element]
        if pd.isna(given):
            return False
        if element in ("pieces", "gross_mass_kg"):
            return float(given) > 0
        return element != "goods_description" or given.lower() not in vague

    def judge(one: dict) -> float | None:
        kind = kinds.get((one["filing_type"], one["transport_mode"]))
        if kind is None:
            return None
        wanted = [
            row["element"]
            for row in seed_rows
            if row["element_set"] == kind
            and (row["required_when"] == "always" or one["containerised"] == "true")
        ]
        return float(all(usable(one, element) for element in wanted))

    seed_rows = seed("filing_elements")
    told = pd.Series([judge(one) for one in at.arrivals.to_dict("records")], at.arrivals.index)
    return shares("SAF15", at.arrivals[told.notna()], told[told.notna()])


@kpi
def SAF16(at: Landing) -> Figures:
    """Of the high-risk consignments, waivers apart, those dealt with before or at arrival."""
    found = at.arrivals[(at.arrivals["risk_level"] == "high") & at.arrivals["waiver_reason"].isna()]
    valid = at.standing[at.standing["status"] != "invalidated"]
    held = valid.groupby("house_document_id")["released_at"].min().to_dict()

    def judge(one: dict) -> bool:
        done, key = one["mitigation_completed_at"], one["house_document_id"]
        if pd.isna(done) or one["risk_outcome"] == "assessment_complete":
            return False
        while_held = key in held and (pd.isna(held[key]) or done <= held[key])
        return bool(done <= one["arrived_at"]) or while_held

    told = pd.Series([judge(one) for one in found.to_dict("records")], found.index, dtype=float)
    return shares("SAF16", found, told)


@kpi
def SAF19(at: Landing) -> Figures:
    """Of the scanned and cleared that were opened later, those in which an offence was found."""
    within = pd.Timedelta(days=amount("SAF19", "container_days"))
    opened = at.inspections[at.inspections["resolved"] & (at.inspections["type"] == "physical")]
    begun = opened["started_at"].fillna(opened["ended_at"]).fillna(opened["result_recorded_at"])
    cases = []
    for scan in at.inspections[at.inspections["nii_verdict"] == "clear"].to_dict("records"):
        ended = scan["ended_at"] if pd.isna(scan["scan_ended_at"]) else scan["scan_ended_at"]
        same = (opened["declaration_id"] == scan["declaration_id"]) | (
            opened["house_document_id"] == scan["house_document_id"]
        )
        boxed = (opened["container_id"] == scan["container_id"]) & (begun <= ended + within)
        later = opened[(same | boxed) & (begun >= ended)]
        if len(later):
            last, hit = later["result_on"].max(), later["hit"].any()
            cases.append({"day": last, "office": scan["office"], "hit": hit})
    found = pd.DataFrame(cases, columns=["day", "office", "hit"])
    return shares("SAF19", found, found["hit"])


@kpi
def SAF21(at: Landing) -> Figures:
    """Of the items a control measure asks a document of, those that come without one."""
    measures = seed("control_measures")
    about = ["declaration_id", "regime", "procedure_code", "office", "accepted_on"]
    goods = items(at).merge(at.declarations[[*about, "country_destination"]], on="declaration_id")
    asked_of = {
        code: [m for m in measures if code.startswith(m["commodity_prefix"])]
        for code in goods["commodity_code"].dropna().unique()
    }

    def judge(one: dict) -> float | None:
        shown = str(one["supporting_document_codes"]).split("|")
        on = str(one["accepted_on"].date())
        country = one["country_destination" if one["regime"] == "export" else "country_origin"]
        asked = [
            m["document_code"] in shown
            for m in asked_of.get(one["commodity_code"], [])
            if one["regime"] in m["regimes"].split("|")
            and m["valid_from"] <= on <= (m["valid_to"] or "9999")
            and m["country_code"] in ("", country)
            and one["procedure_code"] not in m["exempt_procedure_codes"].split("|")
            and m["exempt_document_code"] not in shown
        ]
        return float(not all(asked)) if asked else None

    told = pd.Series([judge(one) for one in goods.to_dict("records")], goods.index, dtype=float)
    goods = goods.assign(day=goods["accepted_on"])[told.notna()]
    return shares("SAF21", goods, told[told.notna()])


@kpi
def SAF22(at: Landing) -> Figures:
    """Of the seizures with an operator, those of one that had another in the months before."""
    back = pd.DateOffset(months=int(amount("SAF22", "look_back_months")))
    watched_from = at.seizures["day"].min() + back
    known = at.seizures[at.seizures["operator_id"].notna()]
    days = known.groupby("operator_id")["day"].agg(set).to_dict()

    def repeated(one: dict) -> bool:
        return any(d < one["day"] <= d + back for d in days[one["operator_id"]])

    again = {one["case"] for one in known.to_dict("records") if repeated(one)}

    def measure(group: pd.DataFrame) -> tuple:
        cases = set(group.loc[group["day"] >= watched_from, "case"])
        n, d = float(len(cases & again)), float(len(cases))
        return n, d, 100 * n / d if d else None

    return fold("SAF22", known, measure)


@kpi
def SAF23(at: Landing) -> Figures:
    """Of the cases opened and the audits with findings, those a rule answered in time."""
    cases = at.read("enforcement_cases").assign(kind="case")
    cases = cases.assign(id=cases["case_id"], day=day(cases["opened_at"]))
    audits = at.audits[at.audits["found"]]
    audits = audits.assign(kind="audit", id=audits["audit_id"], day=audits["closed_on"])
    found = pd.concat([cases, audits], ignore_index=True)
    rules = at.rules.assign(begun=day(at.rules["active_from"])).to_dict("records")

    def answered(one: dict) -> bool:
        origins = {(one["kind"], one["id"]), ("seizure", one["seizure_id"])}
        fresh = [
            (rule["begun"] - one["day"]).days
            for rule in rules
            if rule["begun"] >= one["day"]
            and (
                rule["rule_code"] == one["feedback_rule_code"]
                or (rule["source_finding_type"], rule["source_finding_id"]) in origins
            )
        ]
        return bool(fresh) and min(fresh) <= amount("SAF23", "answer_days")

    told = pd.Series([answered(one) for one in found.to_dict("records")], found.index)
    return shares("SAF23", found, told)


@kpi
def SAF24(at: Landing) -> Figures:
    """The Herfindahl index of seizures over countries of departure."""
    found = at.seizures[at.seizures["country_departure"].notna()]
    fewest = amount("SAF24", "fewest_seizures")

    def measure(group: pd.DataFrame) -> tuple:
        pairs = group.drop_duplicates(["case", "country_departure"])
        parts = pairs["country_departure"].value_counts()
        d = float(parts.sum())
        n = float((parts**2).sum() / d)
        return n, d, n / d if group["case"].nunique() >= fewest else None

    return fold("SAF24", found, measure)


@kpi
def FAC07(at: Landing) -> Figures:
    """Inspections of trusted traders, by those they would have at the rates of others alike."""
    sections = {row["chapter_code"]: row["section_code"] for row in seed("hs_chapters")}
    goods = items(at).sort_values(["value", "item_number"], ascending=[False, True])
    main = goods.drop_duplicates("declaration_id").set_index("declaration_id")["commodity_code"]
    found = at.declarations.assign(aeo=trusted(at))
    found["section"] = found["declaration_id"].map(main).str[:2].map(sections)
    found["chosen"] = found["inspected"] & ~found["reason"].isin(["random", "random_top_up"])
    figures: Figures = {}
    for grain, letter in GRAINS.items():
        starts = found["accepted_on"].dt.to_period(letter).dt.start_time
        for start, group in found.groupby(starts):
            n = expected = 0.0
            for _, alike in group.groupby(["regime", "transport_mode", "section"], dropna=False):
                ours, others = alike[alike["aeo"]], alike[~alike["aeo"]]
                if len(ours) and len(others):
                    n += float(ours["chosen"].sum())
                    expected += len(ours) * others["chosen"].mean()
            value = n / expected if expected else None
            figures[grain, str(start.date()), "all", "all"] = (n, expected, value)
    return figures
