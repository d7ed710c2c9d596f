"""What facts leave open, settled: names that other files give, asked for when a rule wants to know and not before."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol

from ..model.access_paths import (
    ResolvedPath,
    callee_of,
    has_unnamed_item,
    is_absolute,
    is_own,
    is_relative,
    is_unknown,
    name_in_file,
    root_of,
)
from ..project.snapshot import State
from ..syntax.resolver import Names
from ..syntax.symbol_table import BindingKind, ScopeKind
from .answers import UNKNOWN, KnownObject


class Answers(Protocol):
    """The questions about other files that inference answers."""

    def dotted(self, path: str) -> KnownObject:
        """Return the object at a resolved path, which starts with a module of the project, or with dots if relative."""

    def local(self, expression: str, line: int, column: int) -> KnownObject:
        """Return the value of an expression in the scope that starts at this place; line 0 is the module."""

    def looked_at(self) -> Mapping[str, State]:
        """Return the state of each module that an answer may depend on; if one changes, the answers are stale."""


class Nobody:
    """Answers without inference: every object is unknown. For checking a file by itself."""

    def dotted(self, path: str) -> KnownObject:  # noqa: ARG002  # part of the protocol
        """Return UNKNOWN for any path."""
        return UNKNOWN

    def local(self, expression: str, line: int, column: int) -> KnownObject:  # noqa: ARG002  # as above
        """Return UNKNOWN for any expression."""
        return UNKNOWN

    def looked_at(self) -> Mapping[str, State]:
        """Return an empty mapping: no module was read."""
        return {}


class Settled:
    """What the raw paths of one file are, where the file alone does not tell."""

    def __init__(self, names: Names, is_first_party: Callable[[str], bool], load: Callable[[], Answers]) -> None:
        self._names = names
        self._is_first_party = cache(is_first_party)  # looks at folders
        self._load = load
        self._answers: Answers | None = None
        self._known_objects: dict[tuple[str, int], KnownObject] = {}

    def known(self, path: str, scope: int) -> KnownObject:
        """What a raw path read in a scope is, by other files; UNKNOWN where the file tells all that can be known."""
        key = (path, scope)
        if key not in self._known_objects:
            self._known_objects[key] = self._known(path, scope)
        return self._known_objects[key]

    def _known(self, path: str, scope: int) -> KnownObject:
        resolved = self._names.resolve(path, scope)
        if is_relative(resolved) or self._is_first_party(root_of(resolved)):
            if has_unnamed_item(resolved):  # an element: where it is taken out says which
                return self._local(path, scope)
            return self._ask().dotted(resolved)
        if is_absolute(resolved) and self._may_be_starred(root_of(resolved)):
            return self._ask().local(resolved, 0, 0)
        if not self._is_open_here(path, resolved, scope):
            return UNKNOWN
        if is_own(resolved):
            return self._ask().local(name_in_file(resolved), 0, 0)
        return self._local(path, scope)

    def _local(self, path: str, scope: int) -> KnownObject:
        at = self._names.facts.scopes[scope]
        return self._ask().local(path, at.span.line if scope else 0, at.span.column)

    def _is_open_here(self, path: str, resolved: ResolvedPath, scope: int) -> bool:
        """Whether the file's own names, together with other files, may tell what the file's facts do not."""
        root = root_of(path)
        if is_own(resolved):
            return self._is_open_definition(resolved)
        if not is_unknown(resolved):
            return False
        _, bindings = self._names.bindings(root, scope)
        if root in ("self", "cls"):
            return path != root
        return all(each.kind is not BindingKind.PARAM for each in bindings)

    def _may_be_starred(self, name: str) -> bool:
        """Whether a name that the file does not bind may come with a star."""
        return self._has_own_star and not self._names.bindings(name, 0)[1] and not hasattr(builtins, name)

    def _is_open_definition(self, resolved: ResolvedPath) -> bool:
        """Whether something that the file defines is a class with bases elsewhere, or what a call of it gives."""
        name = callee_of(resolved)
        scopes = [self._names.facts.scopes[number] for number in self._names.defined(name)]
        if not scopes:  # an attribute, or what comes after a call
            return True
        if any(scope.kind is not ScopeKind.CLASS for scope in scopes):
            return name != resolved
        return any(self._is_elsewhere(base) for scope in scopes for base in self._names.bases(scope))

    def _is_elsewhere(self, base: ResolvedPath) -> bool:
        return is_relative(base) or is_unknown(base) or self._has_own_star or self._is_first_party(root_of(base))

    @property
    def _has_own_star(self) -> bool:
        """Whether names may come with a star from a module of the project."""
        return any(
            each.name == "*" and (each.level or self._is_first_party(root_of(each.module)))
            for each in self._names.facts.bodies[0].imports
        )

    def _ask(self) -> Answers:
        if self._answers is None:
            self._answers = self._load()
        return self._answers
