"""What one report has and another does not: the packages, modules and findings that a branch adds to startup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ..files.own_files import MARK
from ..files.parsing import json_value
from ..files.source_file import read_text, reason
from ..model.messages import kind, milliseconds
from .as_json import SCHEMA

LEAST = 0.05  # ms: less is rounded to nothing


class NoReportError(Exception):
    """A file is no report; str() is one line that says why."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A report that was saved as JSON: ms by package and module, None where no figure is known, and its findings."""

    total_ms: float
    packages: Mapping[str, float | None]
    modules: Mapping[str, float | None]
    kinds: Mapping[str, str]  # of the modules
    findings: Mapping[tuple[str, str, str], str]  # by path, code and what it is about, the message


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new, gone, or costs otherwise: names with ms before and after, None for what is not there or unknown."""

    before_ms: float
    after_ms: float
    added: Mapping[str, float | None]
    removed: Mapping[str, float | None]
    changed: Mapping[str, tuple[float, float]]
    modules_added: tuple[str, ...]
    modules_removed: tuple[str, ...]
    findings_added: tuple[str, ...] = field(default=())
    findings_removed: tuple[str, ...] = field(default=())

    @property
    def ms(self) -> float:
        """What startup costs more, ms."""
        return self.after_ms - self.before_ms

    @property
    def is_empty(self) -> bool:
        """Whether the two startups are the same."""
        lists = (self.added, self.removed, self.changed, self.modules_added, self.modules_removed)
        return not any(lists) and not self.findings_added and not self.findings_removed and abs(self.ms) < LEAST


def load(path: Path) -> Saved:
    """Return a report that `flask startup report --format json` has written.

    Raises:
        NoReportError: if it cannot be read, or is none.
    """
    try:
        content = json_value(read_text(path).encode())
        if content["schema"] != SCHEMA:
            raise NoReportError(f"{path}: a report of another version: write it anew")
        return Saved(
            _number(content["total_ms"]),
            {str(each["name"]): _ms(each["ms"]) for each in content["packages"]},
            {str(each["name"]): _ms(each["ms"]) for each in content["modules"]},
            {str(each["name"]): str(each["kind"]) for each in content["modules"]},
            {
                (
                    str(each["path"]),
                    str(each["code"]),
                    kind(str(each["code"]), str(each["message"])),
                ): f"{each['path']}:{each['line']}: {each['code']} {each['message']}"
                for each in content["findings"]
            },
        )
    except OSError as error:
        raise NoReportError(f"{path}: {reason(error)}") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise NoReportError(f"{path}: no report: flask startup report --format json writes one") from None


def _ms(value: Any) -> float | None:  # what JSON holds has no type before it is read
    return None if value is None else _number(value)


def _number(value: Any) -> float:  # likewise
    """A number of a report; ValueError for NaN and infinities, which are no JSON, though Python reads them."""
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return number


def compare(old: Saved, new: Saved) -> Difference:
    """Return what a report has that an older one does not, and the other way round."""
    both = [name for name in new.packages if name in old.packages]
    pairs = {name: (old.packages[name] or 0.0, new.packages[name] or 0.0) for name in both}
    own = {name for name, kind in {**old.kinds, **new.kinds}.items() if kind == "first-party"}
    return Difference(
        old.total_ms,
        new.total_ms,
        {name: ms for name, ms in new.packages.items() if name not in old.packages},
        {name: ms for name, ms in old.packages.items() if name not in new.packages},
        {name: pair for name, pair in pairs.items() if abs(pair[1] - pair[0]) >= LEAST},
        tuple(name for name in new.modules if name in own and name not in old.modules),
        tuple(name for name in old.modules if name in own and name not in new.modules),
        tuple(text for key, text in new.findings.items() if key not in old.findings),
        tuple(text for key, text in old.findings.items() if key not in new.findings),
    )


def as_text(found: Difference) -> str:
    """Return a difference for people."""
    lines = [_headline(found)]
    lines += [f"  {sign} {name:<24} {ms:>10}" for sign, name, ms in _rows(found)]
    for title, names in _modules(found):
        lines.append(f"{title}: {', '.join(names)}")
    lines += [f"new     {each}" for each in found.findings_added]
    lines += [f"gone    {each}" for each in found.findings_removed]
    return "\n".join(lines) + "\n"


def as_markdown(found: Difference) -> str:
    """Return a difference as Markdown, for the comment of a pull request."""
    lines = [f"**{_headline(found)}**", ""]
    if rows := list(_rows(found)):
        lines += ["| | package | ms |", "| --- | --- | ---: |"]
        lines += [f"| {sign} | {_code(name)} | {ms} |" for sign, name, ms in rows]
        lines.append("")
    for title, names in _modules(found):
        lines += [f"{title}: {', '.join(map(_code, names))}", ""]
    for title, texts in (("New findings", found.findings_added), ("Findings that are gone", found.findings_removed)):
        if texts:
            lines += [
                f"<details><summary>{title} ({len(texts)})</summary>",
                "",
                *(f"- {_code(each)}" for each in texts),
            ]
            lines += ["", "</details>", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(found: Difference) -> str:
    """Return a difference as JSON."""
    content = {
        "schema": SCHEMA,
        **MARK,
        "before_ms": round(found.before_ms, 1),
        "after_ms": round(found.after_ms, 1),
        "added": dict(found.added),
        "removed": dict(found.removed),
        "changed": {name: list(pair) for name, pair in found.changed.items()},
        "modules_added": list(found.modules_added),
        "modules_removed": list(found.modules_removed),
        "findings_added": list(found.findings_added),
        "findings_removed": list(found.findings_removed),
    }
    return json.dumps(content, indent=2) + "\n"


FORMATS = {"text": as_text, "json": as_json, "markdown": as_markdown}


def _headline(found: Difference) -> str:
    if found.is_empty:
        return f"Startup is the same: {milliseconds(found.after_ms)} ms"
    change = (
        "costs as much as before"
        if abs(found.ms) < LEAST
        else (f"costs {milliseconds(abs(found.ms))} ms {'more' if found.ms > 0 else 'less'}")
    )
    return f"Startup {change}: {milliseconds(found.before_ms)} -> {milliseconds(found.after_ms)} ms"


def _rows(found: Difference) -> Iterator[tuple[str, str, str]]:
    """What became of each package: a sign, its name, and ms."""
    yield from (("+", name, _shown(ms)) for name, ms in _dearest(found.added.items()))
    yield from (("-", name, _shown(ms)) for name, ms in _dearest(found.removed.items()))
    for name, (before, after) in found.changed.items():
        yield "~", name, f"{milliseconds(before)} -> {milliseconds(after)} ms"


def _dearest(named: Iterable[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    return sorted(named, key=lambda each: (-(each[1] or 0.0), each[0]))


def _shown(ms: float | None) -> str:
    return "unmeasured" if ms is None else f"{milliseconds(ms)} ms"


def _modules(found: Difference) -> Iterator[tuple[str, tuple[str, ...]]]:
    if found.modules_added:
        yield "Modules that startup loads now", found.modules_added
    if found.modules_removed:
        yield "Modules that it does not load any more", found.modules_removed


def _code(text: str) -> str:
    """A text as code in Markdown: nothing in it is markup, not even a backtick or the bar of a table."""
    return "<code>" + "".join(f"&#{ord(each)};" if each in "&<>|`*_[]\\" else each for each in text) + "</code>"
