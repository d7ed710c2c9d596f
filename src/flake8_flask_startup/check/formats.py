"""Violations as text for people, JSON, GitHub's annotations and SARIF."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence

from flake8.formatting.base import BaseFormatter
from flake8.formatting.default import Default, Pylint
from flake8.statistics import Statistics
from flake8.violation import Violation

from ..config.option_values import SettingsError
from ..files.own_files import MARK
from ..files.printing import printable
from ..model import messages

MAX_WIDTH = 1_000  # characters of a field
PREFIX = "FST"
JSON_SCHEMA = 1


def as_text(violations: Sequence[Violation], options: Namespace) -> str:
    """The violations as flake8 prints them, by its own formatters and the `format` of its configuration.

    Raises:
        SettingsError: for a format that cannot be used.
    """
    formatter = _formatter(options)
    written: list[str] = []
    setattr(formatter, "_write", written.append)  # noqa: B010  # its one way out, be it to a file or to the terminal
    try:
        for each in violations:
            formatter.handle(messages.escaped(each))
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"format: {options.format!r} cannot be filled in: {error}") from error
    formatter.stop()
    return "".join(f"{line}\n" for line in written)


def as_table(violations: Sequence[Violation], options: Namespace) -> str:
    """The violations in one table, dearest first, as flake8's `--format=startup` prints them."""
    options.format = "startup"
    return as_text(violations, options)


def _formatter(options: Namespace) -> BaseFormatter:
    if any(int(digits) > MAX_WIDTH for digits in re.findall(r"\d{1,9}", options.format)):
        raise SettingsError(f"format: {options.format!r} asks for more than {MAX_WIDTH} characters")
    options.format = printable(options.format, "\t")  # it may stand in a project's file
    if options.format.lower() == "startup":
        from .startup_format import StartupFormatter  # it loads the cost table's reader, which the others do not need

        return StartupFormatter(options)
    return Pylint(options) if options.format.lower() == "pylint" else Default(options)


def statistics(violations: Sequence[Violation]) -> str:
    """How often each code occurs, as flake8's `--statistics` tells, and what the dearest of its findings costs."""
    counts = Statistics()
    dearest: dict[str, float] = {}
    for each in violations:
        counts.record(messages.escaped(each))
        finding = messages.parse(each.code, each.line_number, each.column_number, each.text)
        dearest[each.code] = max(dearest.get(each.code, 0.0), finding.ms or 0.0)
    return "".join(_statistics(counts, dearest))


def _statistics(counts: Statistics, dearest: Mapping[str, float]) -> Iterator[str]:
    for code in counts.error_codes():
        of_code = list(counts.statistics_for(code))
        ms = f" [up to {messages.milliseconds(dearest[code])} ms]" if dearest[code] else ""
        yield f"{sum(each.count for each in of_code):<5} {code}{ms} {of_code[0].message}\n"


def as_json(violations: Sequence[Violation], _: Namespace) -> str:
    """One object: schema, and findings in order; ms and ranks are null where there is no price."""
    findings = [_object(each) for each in violations]
    return json.dumps({"schema": JSON_SCHEMA, **MARK, "findings": findings}, indent=1) + "\n"


def _object(violation: Violation) -> dict[str, object]:
    shown: dict[str, object] = {
        "path": violation.filename,
        "line": violation.line_number,
        "column": violation.column_number,
        "code": violation.code,
        "message": violation.text,
    }
    if violation.code.startswith(PREFIX):
        finding = messages.parse(violation.code, violation.line_number, violation.column_number, violation.text)
        shown["ms"] = finding.ms
        shown["source"] = finding.source.value if finding.ms is not None else None
        shown["package"] = finding.package or None
        shown["rank"] = finding.rank or None
        shown["last_rank"] = (finding.last_rank or finding.rank) or None
        shown["advice"] = finding.advice
    return shown


def as_github(violations: Sequence[Violation], _: Namespace) -> str:
    """GitHub's workflow commands, which make annotations: GitHub's documentation, "Workflow commands"."""
    return "".join(
        f"::{_level(each)} file={_property(each.filename.removeprefix('./'))},line={max(each.line_number, 1)},"
        f"col={each.column_number},title={_property(each.code)}::{_data(f'{each.code} {each.text}')}\n"
        for each in violations
    )


def _level(violation: Violation) -> str:
    return "warning" if violation.code.startswith(PREFIX) else "error"


def _data(text: str) -> str:
    return printable(text, "\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(violations: Sequence[Violation], _: Namespace) -> str:
    """SARIF 2.1.0, with the pages of the rules as their help."""
    from .sarif import log  # it reads the pages

    return json.dumps(log(violations), indent=1) + "\n"


FORMATS: dict[str, Callable[[Sequence[Violation], Namespace], str]] = {
    "text": as_text,
    "startup": as_table,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
