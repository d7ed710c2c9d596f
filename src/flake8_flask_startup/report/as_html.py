"""A report as one self-contained HTML page: a picture of the boot, the plan with steps to tick, and tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..files.source_file import read_text
from ..messages import milliseconds
from ..model import Source
from . import Report
from .modules import place
from .page_data import page_data

PAGE = Path(__file__).with_name("page")


def render(report: Report) -> str:
    """Return the page. It loads nothing from anywhere; what comes out of the project is escaped."""
    costs = report.costs
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            costs=costs,
            data=page_data(report),
            estimated_ms=sum(each.ms for each in costs.charges if each.source is Source.ESTIMATED),
            unmeasured=costs.unmeasured(),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.filters |= {"ms": milliseconds, "place": place}
    environment.globals["ours"] = _ours
    return environment


def _text(name: str) -> str:
    return read_text(PAGE / name)


def _ours(name: str) -> Markup:
    """The page's own style and scripts, as they are."""
    return Markup(_text(name))  # noqa: S704 -- files of this package, nothing of the project's
