"""A report as one self-contained HTML page: a picture of the boot, the plan with steps to tick, and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__
from ..files.source_file import read_text
from ..model import CostSource
from ..model.messages import milliseconds
from ..model.messages import render as message
from . import Report
from .modules import place
from .page_data import page_data
from .unresolved import together

PAGE = Path(__file__).with_name("page")
# What a link may begin with: pages and editors, and nothing that a browser would run.
_SCHEME = re.compile(r"(?:https?|vscode|vscode-insiders|vscodium|cursor|zed|idea|pycharm|jetbrains|subl|txmt|file)://")
_FIELD = re.compile(r"\{([^{}]*)\}")
FIELDS = ("file", "line", "path")


@dataclass(frozen=True, slots=True)
class PageOrigin:
    """How a page was made: the command, the day, and the template of links to source lines, "" for none."""

    command: str = ""
    date: str = ""
    link: str = ""


def problem_of(link: str) -> str:
    """Return why a template of links cannot be used; "" where it can."""
    if not _SCHEME.match(link):
        return "does not begin with http://, https:// or an editor's scheme such as vscode://"
    if unknown := [name for name in _FIELD.findall(link) if name not in FIELDS]:
        return f"has {{{unknown[0]}}}, and may have {{file}}, {{path}} and {{line}}"
    return ""


def render(report: Report, made: PageOrigin | None = None) -> str:
    """Return the page. It loads nothing from anywhere; what comes out of the project is escaped."""
    made = made or PageOrigin()

    def link(path: str, line: int) -> str:
        """The address of a source line; "" without a template."""
        known = {"file": quote(str(Path(path).absolute())), "path": quote(path), "line": str(line)}
        return _FIELD.sub(lambda each: known[each[1]], made.link)

    costs = report.costs
    return (
        environment()
        .get_template("page.html")
        .render(
            report=report,
            costs=costs,
            data=page_data(report),
            estimated_ms=sum(each.ms for each in costs.charges if each.source is CostSource.ESTIMATED),
            unmeasured=costs.unmeasured(),
            unresolved=together(report.trace.unresolved),
            link=link,
            made=made,
            message=message,
            recipe=costs.table.recipe,
            version=__version__,
        )
    )


@cache
def environment() -> Environment:
    """Return what the templates of pages are rendered in: everything is escaped, and what is undefined is an error."""
    made = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    made.filters |= {"ms": milliseconds, "place": place, "at_slashes": at_slashes}
    made.globals["ours"] = _ours
    return made


def at_slashes(path: str) -> Markup:
    """Return a path that a narrow page breaks behind its slashes, not in the middle of a word."""
    return Markup("/<wbr>").join(path.split("/"))


def _text(name: str) -> str:
    return read_text(PAGE / name)


def _ours(name: str) -> Markup:
    """The page's own style and scripts, as they are."""
    return Markup(_text(name))  # noqa: S704 -- files of this package, nothing of the project's
