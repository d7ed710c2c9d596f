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
    said = json.dumps(frozen(replace(boot, digest="")))
    return replace(boot, digest=hashlib.blake2b(encoded(said), digest_size=16).hexdigest())


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
        "links": [[each.path, each.line, each.package, each.saving_ms, each.chain, each.others] for each in boot.links],
        "causes": [asdict(each) for each in boot.causes],
        "started_functions": {
            path: [[*function, calls] for function, calls in found.items()]
            for path, found in boot.started_functions.items()
        },
        "loaders": [[each.path, each.line, each.may_load] for each in boot.loaders],
        "digest": boot.digest,
    }


def thawed(said: Any) -> Boot:  # what JSON holds has no type before it is read
    """A boot as it was frozen.

    Raises:
        KeyError, TypeError, ValueError: if it was not.
    """
    return Boot(
        entries=tuple(map(str, said["entries"])),
        why=str(said["why"]),
        configured=bool(said["configured"]),
        total_ms=float(said["total_ms"]),
        more_ms=float(said["more_ms"]),
        variables=tuple(map(str, said["variables"])),
        files=frozenset(map(str, said["files"])),
        statements=frozenset(_places(said["statements"])),
        imported=frozenset(map(str, said["imported"])),
        started=frozenset(map(str, said["started"])),
        causes=tuple(map(_cause, said["causes"])),
        links=tuple(
            Link(str(path), int(line), str(package), float(saving), tuple(map(str, chain)), tuple(map(str, others)))
            for path, line, package, saving, chain, others in said["links"]
        ),
        started_functions={
            str(path): {(int(line), str(name)): str(calls) for line, name, calls in found}
            for path, found in said["started_functions"].items()
        },
        loaders=tuple(
            Loader(str(path), int(line), tuple(map(str, may_load))) for path, line, may_load in said["loaders"]
        ),
        digest=str(said["digest"]),
    )


def _cause(said: Any) -> Cause:  # likewise
    return Cause(
        package=str(said["package"]),
        ms=float(said["ms"]),
        saving_ms=float(said["saving_ms"]),
        statements=_places(said["statements"]),
        route=tuple(map(str, said["route"])),
        blocked=_places(said["blocked"]),
        part_of=str(said["part_of"]),
        followers=int(said["followers"]),
        unknown=tuple(map(str, said["unknown"])),
        perhaps=str(said["perhaps"]),
    )


def _places(said: Any) -> tuple[tuple[str, int], ...]:  # likewise
    return tuple((str(path), int(line)) for path, line in said)
