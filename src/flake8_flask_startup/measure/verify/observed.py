"""What a child saw of an app that it started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...files.parsing import json_value
from ...files.source_file import MAX_DATA_BYTES, read_text

Sections = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Observed:
    """sections map what is compared (routes, hooks, ...) to keys and values.

    failure is '' or why starting failed, origin the file of the first entry point's module, apps the number of Flask
    apps that were found, and modules those that starting loaded. ending is '' or how the child was ended after that.
    """

    failure: str
    origin: str
    apps: int
    modules: frozenset[str]
    sections: Sections
    ending: str = ""

    @classmethod
    def read(cls, path: Path) -> Observed:
        """Return what observe_child.py wrote; OSError or ValueError where it wrote nothing."""
        first, *others = read_text(path, MAX_DATA_BYTES).split("\n")
        found = json_value(first)
        sections: dict[str, dict[str, str]] = {name: dict(values) for name, values in found["sections"].items()}
        for line in filter(None, others):
            try:
                more = json_value(line)["sections"]
            except ValueError:  # the child was ended while it wrote
                continue
            for name, values in more.items():
                sections.setdefault(name, {}).update(values)
        return cls(found["failure"], found["origin"], found["apps"], frozenset(found["modules"]), sections)
