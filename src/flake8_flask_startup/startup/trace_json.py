"""A trace, with what the sources of its modules count, as JSON takes it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..costs.estimator import Features
from ..project.module_finder import Origin
from .graph.trace import Edge, Loaded, Performed, Run, Statement, Trace, Unresolved


def frozen(traced: Trace, features: Mapping[str, Features]) -> dict[str, object]:
    """A trace and the features of its modules as JSON takes them, the same for the same trace."""
    return {
        "entries": traced.entries,
        "why": traced.why,
        "loaded": [each._replace(origin=each.origin.value) for each in traced.loaded],  # type: ignore[arg-type]  # JSON has no enums
        "edges": traced.edges,
        "unresolved": traced.unresolved,
        "performed": traced.performed,
        "runs": traced.runs,
        "variables": traced.variables,
        "features": features,
    }


def thawed(data: Any) -> tuple[Trace, dict[str, Features]]:  # what JSON holds has no type before it is read
    """A trace and the features of its modules as they were frozen.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: if they were not.
    """
    traced = Trace(
        entries=_texts(data["entries"]),
        why=str(data["why"]),
        loaded=tuple(_loaded(*each) for each in data["loaded"]),
        edges=tuple(
            Edge(str(importer), str(imported), _statement(statement), bool(conditional), bool(unusual))
            for importer, imported, statement, conditional, unusual in data["edges"]
        ),
        unresolved=tuple(
            Unresolved(_statement(statement), str(reason), _texts(may_load))
            for statement, reason, may_load in data["unresolved"]
        ),
        performed=tuple(
            Performed(str(module), int(line), _texts(names), bool(conditional))
            for module, line, names, conditional in data["performed"]
        ),
        runs=tuple(
            Run(str(path), int(begins), str(name), str(caller_path), str(caller), int(line), str(by))
            for path, begins, name, caller_path, caller, line, by in data["runs"]
        ),
        variables=_texts(data["variables"]),
    )
    features: dict[str, Features] = {
        str(module): {str(name): float(count) for name, count in counts.items()}
        for module, counts in data["features"].items()
    }
    return traced, features


def _loaded(
    name: object, origin: object, path: object, via: Any, importer: object, conditional: object, unusual: object
) -> Loaded:
    statement = None if via is None else _statement(via)
    return Loaded(str(name), Origin(origin), str(path), statement, str(importer), bool(conditional), bool(unusual))


def _statement(data: Any) -> Statement:  # likewise
    path, line = data
    return Statement(str(path), int(line))


def _texts(data: Any) -> tuple[str, ...]:  # likewise
    return tuple(map(str, data))
