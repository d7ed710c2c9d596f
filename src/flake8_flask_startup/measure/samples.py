"""What one child process reports, and how it is kept: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Why a child was run."""

    WARM = "warm"  # bytecode cached: the cost itself
    UNCACHED = "uncached"  # an empty bytecode cache, and none written
    PROFILE = "profile"  # under `-X importtime`, which inflates: good for shares alone


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: `code`, after `import flask` and `setup` have run. `name` is a module or a call, dotted."""

    name: str
    code: str
    setup: str = ""

    @classmethod
    def module(cls, name: str) -> Subject:
        """Return the subject that imports the module."""
        return cls(name, f"import {name}")


@dataclass(frozen=True, slots=True)
class Sample:
    """One child's report. Times are CPU milliseconds (user and system), wall_ms excepted; sizes are KiB.

    flask_ms is `import flask` in the same child, the yardstick. fails is '' or why the code ended early. A profile also
    says the self time of every module imported (µs, wall), which packages are namespaces (PEP 420), and how much
    Python source was loaded.
    """

    subject: str
    kind: Kind
    flask_ms: float
    ms: float
    wall_ms: float = 0.0
    rss_kib: int = 0
    modules: int = 0
    fails: str = ""
    self_us: Mapping[str, int] = field(default_factory=dict)
    namespaces: tuple[str, ...] = ()
    source_kib: float = 0.0

    def to_line(self) -> str:
        """Return the sample as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Sample:
        """Return the sample a line holds; ValueError, KeyError or TypeError where it holds none."""
        data = json.loads(line)
        data["kind"] = Kind(data["kind"])
        data["namespaces"] = tuple(data["namespaces"])
        return cls(**data)
