"""What one child process reports, and how it is kept: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from ..files.parsing import json_value


class SampleKind(StrEnum):
    """Why a child was run."""

    WARM = "warm"  # bytecode cached: the cost itself
    UNCACHED = "uncached"  # an empty bytecode cache, and none written
    PROFILE = "profile"  # under `-X importtime`, which inflates: good for shares alone


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: `code`, after `import flask` and `setup` have run. `name` is a module or a call, dotted.

    version says what is installed; samples of another version are not this subject's.
    """

    name: str
    code: str
    setup: str = ""
    version: str = ""

    @classmethod
    def module(cls, name: str, version: str = "") -> Subject:
        """Return the subject that imports the module."""
        return cls(name, f"import {name}", version=version)


@dataclass(frozen=True, slots=True)
class Installed:
    """What a chosen interpreter has: its version, Flask's ('' without), who owns the names asked for (distribution and
    version), and which of them it cannot find. probe.py finds out.
    """

    python: str
    flask: str
    owners: Mapping[str, tuple[str, str]]
    missing: tuple[str, ...]

    def owner(self, name: str) -> tuple[str, str]:
        """Return the distribution and version that have the name, empty for what no distribution has."""
        return self.owners.get(name, ("", ""))

    @classmethod
    def from_json(cls, text: str | bytes) -> Installed:
        """Return what the JSON of probe.py says; ValueError or KeyError where it is none."""
        data = json_value(text)
        owners = {name: (distribution, version) for name, (distribution, version) in data["owners"].items()}
        return cls(data["python"], data["flask"], owners, tuple(data.get("missing", ())))

    def to_json(self) -> str:
        """Return the same as JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Sample:
    """One child's report. Times are CPU milliseconds (user and system), wall_ms excepted; sizes are KiB.

    flask_ms is `import flask` in the same child, the yardstick. fails is '' or why the code ended early. A profile also
    says the self time of every module imported (µs, wall), which packages are namespaces (PEP 420), and how much
    Python source was loaded.
    """

    subject: str
    kind: SampleKind
    flask_ms: float
    ms: float
    wall_ms: float = 0.0
    rss_kib: int = 0
    modules: int = 0
    fails: str = ""
    self_us: Mapping[str, int] = field(default_factory=dict)
    namespaces: tuple[str, ...] = ()
    source_kib: float = 0.0
    version: str = ""

    def to_line(self) -> str:
        """Return the sample as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Sample:
        """Return the sample a line holds; ValueError, KeyError or TypeError where it holds none."""
        data = json_value(line)
        data["kind"] = SampleKind(data["kind"])
        data["namespaces"] = tuple(data["namespaces"])
        return cls(**data)
