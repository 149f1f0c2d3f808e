"""Data Docs: what Great Expectations says of a build, as a page that goes with its release.

Great Expectations puts its results into words; the page around them is the house's, because its own
loads scripts and fonts from the internet. All figures are counts and aggregates, as the suites
measure them; the lists of what is unexpected are left out, and so are traces of errors.
"""

import gzip
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from crw.home import Home

_TEMPLATES = Path(__file__).parent / "serve" / "templates"
_HEADER = ("", "Check", "Expectation", "Observed", "Figures", "Source", "Severity", "Owner")
_STATUS = {"pass": "passed", "fail": "failed", "error": "could not run"}


def write_data_docs(home: Home, run_at: datetime, outcomes: list[Any]) -> None:
    """The page on a run: every expectation, and the tests of dbt that did not pass."""
    from great_expectations.render import RenderedDocumentContent
    from great_expectations.render.view import DefaultJinjaPageView

    tests = sum(outcome.kind == "dbt" for outcome in outcomes)
    shown = [each for each in outcomes if (each.kind, each.status) != ("dbt", "pass")]
    bad = {outcome.entity for outcome in shown if outcome.status in ("fail", "error")}
    shown.sort(key=lambda outcome: (outcome.entity not in bad, outcome.entity))
    view = DefaultJinjaPageView(custom_views_directory=str(_TEMPLATES))
    sections = [_section(entity, [*of]) for entity, of in groupby(shown, lambda o: o.entity)]
    page = view.render(
        RenderedDocumentContent(sections=sections),
        template="data_docs.html",
        run_at=f"{run_at:%Y-%m-%d %H:%M}",
        expectations=len(outcomes) - tests,
        tests=tests,
        told={word: sum(o.status == s for o in outcomes) for s, word in _STATUS.items()},
    )
    home.data_docs.write_bytes(gzip.compress(page.encode()))


def _section(entity: str, outcomes: list[Any]):
    """The checks of a mart or a source's entity, what failed first."""
    from great_expectations.render import RenderedSectionContent, RenderedTableContent

    order = ["error", "fail", "pass", "not_applicable"]
    outcomes.sort(key=lambda outcome: (order.index(outcome.status), outcome.check_name))
    table = RenderedTableContent(
        table=[_row(outcome) for outcome in outcomes],
        header_row=[_text(title) for title in _HEADER],
    )
    return RenderedSectionContent(section_name=entity, content_blocks=[table])


def _row(outcome: Any) -> list:
    expected, observed = [outcome.expected], ""
    if outcome.result:
        _, expected, observed = _told(outcome.result)
    return [
        _text(_STATUS.get(outcome.status, "not judged"), outcome.status),
        [_text(outcome.check_name, "name"), _text(outcome.meaning, "meaning")],
        expected,
        observed,
        _text(outcome.observed),
        _text(outcome.source_system or "all"),
        _text(outcome.severity),
        _text(outcome.owner.replace("_", " ")),
    ]


def _told(result: dict) -> list:
    """Status, expectation and observed value in the words of Great Expectations."""
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.render.renderer.content_block import (
        ValidationResultsTableContentBlockRenderer as Renderer,
    )

    asked = result["expectation_config"]
    figures = ("observed_value", "element_count", "missing_count", "missing_percent")
    figures += ("unexpected_count", "unexpected_percent", "unexpected_percent_nonmissing")
    kept = ExpectationValidationResult(
        success=result["success"],
        expectation_config=ExpectationConfiguration(
            type=asked["type"], kwargs=asked["kwargs"], meta=asked["meta"]
        ),
        result={key: result["result"][key] for key in figures if key in result["result"]},
    )
    return Renderer.render([kept]).table[0]


def _text(text: str, kind: str = "") -> Any:
    """A cell: escaped by the view, whatever it holds."""
    from great_expectations.render import RenderedStringTemplateContent

    styling = {"classes": [kind]} if kind else {}
    template = {"template": "$text", "params": {"text": text}, "tag": "span", "styling": styling}
    return RenderedStringTemplateContent(
        content_block_type="string_template", string_template=template
    )
