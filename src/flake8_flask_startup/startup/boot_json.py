"""A boot as JSON takes it, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from ..files.printing import encoded
from .boot import Boot, Cause, Link, Loader


def identified(boot: Boot) -> Boot:
    """A boot that knows what tells it from another one."""
    data = json.dumps(frozen(replace(boot, digest="")))
    return replace(boot, digest=hashlib.blake2b(encoded(data), digest_size=16).hexdigest())


def frozen(boot: Boot) -> dict[str, object]:
    """A boot as JSON takes it, the same for the same boot."""
    return {
        "entries": boot.entries,
        "why": boot.why,
        "configured": boot.configured,
        "total_ms": boot.total_ms,
        "more_ms": boot.more_ms,
        "variables": boot.variables,
        "files": sorted(boot.files),
        "statements": sorted(boot.statements),
        "imported": sorted(boot.imported),
        "started": sorted(boot.started),
        "links": [
            [each.path, each.line, each.package, each.saving_ms, each.chain, each.others, each.together]
            for each in boot.links
        ],
        "causes": [asdict(each) for each in boot.causes],
        "started_functions": {
            path: [[*function, calls] for function, calls in found.items()]
            for path, found in boot.started_functions.items()
        },
        "unmeasured": boot.unmeasured,
        "loaders": [[each.path, each.line, each.may_load] for each in boot.loaders],
        "digest": boot.digest,
    }


def thawed(data: Any) -> Boot:  # what JSON holds has no type before it is read
    """A boot as it was frozen.

    Raises:
        KeyError, TypeError, ValueError: if it was not.
    """
    return Boot(
        entries=tuple(map(str, data["entries"])),
        why=str(data["why"]),
        configured=bool(data["configured"]),
        total_ms=float(data["total_ms"]),
        more_ms=float(data["more_ms"]),
        variables=tuple(map(str, data["variables"])),
        files=frozenset(map(str, data["files"])),
        statements=frozenset(_places(data["statements"])),
        imported=frozenset(map(str, data["imported"])),
        started=frozenset(map(str, data["started"])),
        causes=tuple(map(_cause, data["causes"])),
        links=tuple(
            Link(
                str(path),
                int(line),
                str(package),
                float(saving),
                tuple(map(str, chain)),
                tuple(map(str, others)),
                _places(together),
            )
            for path, line, package, saving, chain, others, together in data["links"]
        ),
        started_functions={
            str(path): {(int(line), str(name)): str(calls) for line, name, calls in found}
            for path, found in data["started_functions"].items()
        },
        loaders=tuple(
            Loader(str(path), int(line), tuple(map(str, may_load))) for path, line, may_load in data["loaders"]
        ),
        unmeasured=tuple(map(str, data["unmeasured"])),
        digest=str(data["digest"]),
    )


def _cause(data: Any) -> Cause:  # likewise
    return Cause(
        package=str(data["package"]),
        ms=float(data["ms"]),
        saving_ms=float(data["saving_ms"]),
        statements=_places(data["statements"]),
        route=tuple(map(str, data["route"])),
        entry=str(data["entry"]),
        blocked=_places(data["blocked"]),
        part_of=str(data["part_of"]),
        followers=int(data["followers"]),
        unknown=tuple(map(str, data["unknown"])),
        perhaps=str(data["perhaps"]),
        interval=None if data["interval"] is None else (float(data["interval"][0]), float(data["interval"][1])),
    )


def _places(data: Any) -> tuple[tuple[str, int], ...]:  # likewise
    return tuple((str(path), int(line)) for path, line in data)
