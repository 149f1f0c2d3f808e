"""Models of a home folder: a folder each, and which of them scores."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lightgbm as lgb

from crw.console import err, out, table
from crw.errors import CrwError
from crw.home import Home, read_json, write_json
from crw.learn import TARGETS
from crw.learn.fit import Fitted
from crw.learn.matrix import definition, features

_NEVER = "crw train SOURCE makes one"


@dataclass(frozen=True)
class Model:
    folder: Path
    card: dict

    @property
    def name(self) -> str:
        return self.folder.name

    def fitted(self) -> dict[str, Fitted]:
        """The fitted targets, refused where what they were fitted on is no longer what is built."""
        self.check()
        return {
            target: Fitted(
                target=target,
                booster=lgb.Booster(model_file=str(self.folder / f"{target}.txt")),
                **(told | {"kinds": tuple(told["kinds"])}),
            )
            for target, told in self.card["targets"].items()
        }

    def check(self) -> None:
        if self.card["definition"] == definition():
            return
        then, now = set(self.card["features"]), {f.name for f in features()}
        changed = ", ".join(sorted(then ^ now)) or "how they are computed"
        raise CrwError(
            f"model {self.name} no longer matches the features of this warehouse: {changed}",
            f"crw train {self.card['source']} makes a new one; crw models rollback goes back",
        )


def save(home: Home, source: str, fitted: dict[str, Fitted], card: dict) -> Model:
    texts = {target: one.booster.model_to_string() for target, one in fitted.items()}
    mark = hashlib.sha256("".join([definition(), *texts.values()]).encode()).hexdigest()[:8]
    folder = home.root / "models" / source / f"{card['trained_to'].replace('-', '')}-{mark}"
    folder.mkdir(parents=True, exist_ok=True)
    for target, text in texts.items():
        (folder / f"{target}.txt").write_text(text)
    card = card | {
        "source": source,
        "definition": definition(),
        "features": [feature.name for feature in features()],
        "targets": {
            target: {
                "kinds": one.kinds,
                "categories": one.categories,
                "base": one.base,
                "goods_strength": one.goods_strength,
                "slope": one.slope,
                "intercept": one.intercept,
            }
            for target, one in fitted.items()
        },
    }
    write_json(folder / "card.json", card)
    return Model(folder, card)


def models(home: Home, source: str | None = None) -> list[Model]:
    """All models, of all sources or of one, the oldest first. Without a card it is none yet."""
    cards = sorted((home.root / "models").glob(f"{source or '*'}/*/card.json"))
    found = [Model(path.parent, read_json(path)) for path in cards]
    return sorted(found, key=lambda m: (m.card["source"], m.card["trained_at"], m.name))


def promoted(home: Home, source: str) -> Model | None:
    told = read_json(home.root / "models" / source / "promoted.json")
    if not told or not told["order"]:
        return None
    name = told["order"][-1]
    folder = home.root / "models" / source / name
    card = read_json(folder / "card.json")
    if card is None:
        raise CrwError(f"the promoted model {name} of {source} is gone", _NEVER)
    return Model(folder, card)


def sources(home: Home) -> list[str]:
    """Sources with a promoted model."""
    return sorted(path.parent.name for path in (home.root / "models").glob("*/promoted.json"))


def cards(home: Home) -> list[dict]:
    """All models as rows of the mart that lists them."""
    now = {source: promoted(home, source).name for source in sources(home)}
    return [
        {
            "source_system": model.card["source"],
            "model_id": model.name,
            "is_promoted": now.get(model.card["source"]) == model.name,
            **{name: model.card[name] for name in ("trained_at", "verdict")},
            **{name: model.card[name] for name in ("results", "offences")},
            "trained_from": date.fromisoformat(model.card["trained_from"]),
            "trained_to": date.fromisoformat(model.card["trained_to"]),
        }
        for model in models(home)
    ]


def promote(home: Home, name: str) -> Model:
    """From the next build on, this model scores."""
    model = next((m for m in models(home) if m.name == name), None)
    if model is None:
        known = ", ".join(m.name for m in models(home)) or "none"
        raise CrwError(f"there is no model '{name}'", f"models: {known}; {_NEVER}")
    model.check()
    path = model.folder.parent / "promoted.json"
    order = (read_json(path) or {"order": []})["order"]
    if not order or order[-1] != name:
        write_json(path, {"order": [*order, name]})
    return model


def rollback(home: Home, source: str) -> Model:
    """The model that scored before the one that does now."""
    path = home.root / "models" / source / "promoted.json"
    order = (read_json(path) or {"order": []})["order"]
    if len(order) < 2:
        raise CrwError(f"{source} has no earlier model to go back to", "crw models lists them")
    write_json(path, {"order": order[:-1]})
    return promoted(home, source)


def show(home: Home) -> None:
    listed = models(home)
    if not listed:
        err.print(f"no model yet: {_NEVER}")
        return
    now = {source: promoted(home, source).name for source in sources(home)}
    rows = []
    for model in listed:
        card = model.card
        rows.append(
            [
                card["source"],
                model.name,
                "scores" if now.get(card["source"]) == model.name else "",
                f"{card['trained_from']} to {card['trained_to']}",
                card["results"],
                _precision(card, "any"),
                _precision(card, "security"),
                card["verdict"],
            ]
        )
    heads = ["source", "model", "", "learned from", "results", "any, top 5 %", "security, top 5 %"]
    out.print(table("", [*heads, "verdict"], rows))


def _precision(card: dict, target: str) -> str:
    share = card["precision_top_5"].get(target) if target in TARGETS else None
    return "" if share is None else f"{share:.1%}"
