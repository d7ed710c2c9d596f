"""A deployment file checked: its text in, what was found out, as for a Python file."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...config.deployment.files import ENVIRONMENT, is_for_development, is_private
from ...config.deployment.reading import read
from ...files.notices import say_once
from ...files.source_file import described, read_bytes, shown_name
from ...model.messages import render
from ..results import Found, Result
from .rules import DEPLOYMENT_RULES

if TYPE_CHECKING:
    from ...config.settings import Settings

MAX_BYTES = 200_000  # what is longer was not written by hand: an installer with its payload


def check_file(filename: str, settings: Settings) -> Result:
    """The result of a deployment file; that it cannot be read is one.

    Raises:
        compose.NoReaderError: for a compose file, without PyYAML.
    """
    path = Path(filename)
    private = ENVIRONMENT.fullmatch(path.name) and is_private(path)
    if private or is_for_development(path) or not settings.is_startup(filename):
        return Result("", {}, "", ())
    try:
        data = read_bytes(filename)
    except OSError as error:
        return Result("", {}, "", (Found("E902", 0, 0, described(error), ""),))
    if len(data) > MAX_BYTES:
        say_once(f"{shown_name(filename)}: not checked: larger than {MAX_BYTES:,} bytes")
        return Result("", {}, "", ())
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    deployment = read(path, text)
    findings = [finding for rule in DEPLOYMENT_RULES for finding in rule.check(deployment)]
    text_at = cache(partial(noqa_text, lines))  # a long line may have thousands of findings
    found = [
        Found(each.code, each.span.line, each.span.column, render(each), text_at(each.span.line)) for each in findings
    ]
    return Result("", {}, "", tuple(dict.fromkeys(found)))


def noqa_text(lines: list[str], line: int) -> str:
    """Where `# noqa` counts: on the line, or, as most of these formats know no other comment, alone above it."""
    above = lines[line - 2].strip() if line > 1 else ""
    return (f"{above}\n" if above.startswith("#") else "") + lines[line - 1] + "\n"
