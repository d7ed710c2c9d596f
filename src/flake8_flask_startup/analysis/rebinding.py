"""Names that more than one statement binds: an import of one cannot move alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..syntax.facts import Facts
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Binding, BindingKind, Import


class _Binders(NamedTuple):
    """What binds a name: why no import of it can move, the lines in order, and the paths that are imported."""

    reason: str
    lines: Mapping[int, None]
    paths: Collection[str]


class Rebinding:
    """Finds what else binds the names of imports; looked up once for all imports of one name."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._binders: dict[tuple[str, int], _Binders] = {}
        self._imports: dict[int, Mapping[tuple[str, str], Sequence[int]]] = {}

    def reason(self, each: Import) -> str:
        """Why an import cannot move: what binds its name besides it; empty if nothing does."""
        line, name = each.span.line, each.bound
        binders = self._binders_of(name, each.place.scope)
        if binders.reason:
            return binders.reason
        again = next((other for other in binders.lines if other != line), None)
        if len(binders.paths) > 1:
            return f"'{name}' is imported again on line {again}" if again is not None else "it is imported twice"
        twins = self._twins(each.place.scope).get((name, each.dotted), ())
        twin = next((other for other in twins if other != line and other in binders.lines), None)
        return f"'{name}' is imported again on line {twin}" if twin is not None else ""

    def _binders_of(self, name: str, scope: int) -> _Binders:
        if (name, scope) not in self._binders:
            bound = self.facts.scopes[scope].bindings.get(name, ())
            bindings = [other for other in bound if other.place.phase is not Phase.TYPING]  # those never run
            lines = dict.fromkeys(sorted(other.line for other in bindings))
            paths = {other.path for other in bindings}
            self._binders[name, scope] = _Binders(_rebound(name, scope, bindings), lines, paths)
        return self._binders[name, scope]

    def _twins(self, scope: int) -> Mapping[tuple[str, str], Sequence[int]]:
        """The lines of the imports of a scope, by the name that they bind and the dotted name that they import."""
        if scope not in self._imports:
            found: dict[tuple[str, str], list[int]] = {}
            for other in self.facts.body(scope).imports:
                if other.place.scope == scope:
                    found.setdefault((other.bound, other.dotted), []).append(other.span.line)
            self._imports[scope] = found
        return self._imports[scope]


def _rebound(name: str, scope: int, bindings: Iterable[Binding]) -> str:
    """Why no import of a name can move, whichever it is; empty if imports of the scope itself alone bind it."""
    for other in bindings:
        if other.kind is not BindingKind.IMPORT:
            return f"'{name}' is bound again on line {other.line}"
        if other.place.scope != scope:
            return f"'{name}' is a global that line {other.line} binds"
    return ""
