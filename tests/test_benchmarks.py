"""The benchmarks measure what the product is: each translation is of a model that exists."""

import re

from crw.home import PROJECT

HERE = PROJECT / "benchmarks" / "postgres"
TRANSLATED = {path.stem: path.read_text() for path in HERE.glob("*.sql")}
MODELS = {path.stem: path.read_text() for path in (PROJECT / "models").rglob("*.sql")}


def test_ten_models_of_every_layer_are_translated() -> None:
    assert len(TRANSLATED) == 10 and TRANSLATED.keys() <= MODELS.keys()
    layers = {
        path.relative_to(PROJECT / "models").parts[0]
        for path in (PROJECT / "models").rglob("*.sql")
        if path.stem in TRANSLATED
    }
    assert layers == {"staging", "intermediate", "marts"}


def test_a_translation_reads_what_its_model_reads() -> None:
    for name, sql in TRANSLATED.items():
        reads = set(re.findall(r"ref\('(\w+)'\)", MODELS[name]))
        missing = {table for table in reads if not re.search(rf"\b{table}\b", sql)}
        # The macros of KPIs name the parameters, so more may be read, never less.
        assert not missing, (name, missing)
