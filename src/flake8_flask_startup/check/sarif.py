"""Violations as SARIF 2.1.0, OASIS's format for what static analysis finds; code hosts and editors read it.

Written directly: the object models on the package index have had no release for years, or bring pydantic along.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from flake8.violation import Violation

from .. import __version__
from ..files.own_files import MARK
from ..lint.pages import Page, page_of

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(violations: Sequence[Violation]) -> dict[str, object]:
    """One run with its results and the rules that they break."""
    codes = sorted({each.code for each in violations})
    driver = {
        "name": "flask-startup",
        "version": __version__,
        "rules": [_rule(code, page_of(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.code)) for each in violations],
    }
    return {"$schema": SCHEMA, "version": VERSION, "properties": MARK, "runs": [run]}


def _rule(code: str, page: Page | None) -> dict[str, object]:
    if page is None:  # E902 and E999: the file could not be checked
        return {"id": code, "shortDescription": {"text": "The file could not be checked."}}
    return {
        "id": code,
        "name": page.name,
        "shortDescription": {"text": page.summary},
        "help": {"text": page.text, "markdown": page.text},
    }


def _result(violation: Violation, rule: int) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": _uri(violation.filename)}}
    if violation.line_number > 0:
        location["region"] = {"startLine": violation.line_number, "startColumn": max(violation.column_number, 1)}
    return {
        "ruleId": violation.code,
        "ruleIndex": rule,
        "level": "warning" if violation.code.startswith("FST") else "error",
        "message": {"text": violation.text},
        "locations": [{"physicalLocation": location}],
    }


def _uri(filename: str) -> str:
    """A file's name as a relative reference, or as a file URI where it is absolute."""
    path = PurePath(filename)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogateescape")
