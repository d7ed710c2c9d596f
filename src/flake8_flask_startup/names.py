"""Names: from the raw paths of a file to *resolved* paths.

A resolved path starts with a dotted name ("flask.Flask().run": an attribute of an instance of Flask), with ":" for
what the file itself defines (":create_app()", ":Config.DEBUG"), with "." for something imported relatively
(".extensions.db.init_app"), or with "?" for a name whose value cannot be told ("?app.run").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from .canonical import STARS, canonical
from .facts import OTHER, Binding, BindingKind, Facts, Kind, Scope, ScopeKind, Value

MAX_STEPS = 20  # of a chain of assignments
NONE = Value(Kind.CONSTANT, None)
FUNCTIONS = (ScopeKind.FUNCTION, ScopeKind.LAMBDA)
_ROOT = re.compile(r"<lambda \d+:\d+>|\w+")


class Names:
    """Resolves the names of one file's facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._resolved: dict[tuple[str, int], str] = {}  # every rule asks for the same paths
        self._roots: dict[tuple[str, int], str] = {}  # what a name of a scope is
        self._results: dict[str, str] = {}  # what a call of a local function gives

    @property
    def scopes_by_name(self) -> Mapping[str, Sequence[int]]:
        """Scope numbers by qualified name; several where a name is defined more than once."""
        return self.facts.scopes_by_name

    @cached_property
    def _starred(self) -> dict[str, str]:
        return {
            name: f"{each.module}.{name}"
            for each in self.facts.bodies[0].imports
            if each.name == "*" and not each.level
            for name in STARS.get(each.module, ())
        }

    def resolve(self, path: str, scope: int) -> str:
        """The resolved path of a raw path read in a scope; "" for an empty one."""
        key = (path, scope)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(path, scope)
        return self._resolved[key]

    def _resolve(self, path: str, scope: int) -> str:
        match = _ROOT.match(path)
        if match is None:
            return ""
        root, rest = match.group(), path[match.end() :]
        home, bindings = self.bindings(root, scope)
        if not bindings:
            return canonical(self._starred.get(root, root) + rest)
        if rest and (imported := _before_rebinding(bindings, path)):
            return canonical(imported + rest)
        key = (root, home)
        if key not in self._roots:
            self._roots[key] = f"?{root}"  # the answer to a name that is defined by itself: `node = node.next`
            meanings = {self._meaning(root, each, home) for each in _telling(bindings)}
            if len(meanings) == 1:
                self._roots[key] = meanings.pop()
        if rest.startswith("[]") and (element := self._element(bindings, home)):
            return canonical(element + rest[2:])
        return canonical(self._applied(self._roots[key], rest))

    def bindings(self, name: str, scope: int) -> tuple[int, Sequence[Binding]]:
        """The scope that a name read in scope is bound in, and how; a class's names are not seen by its functions."""
        number, inside = scope, True
        while True:
            each = self.facts.scopes[number]
            if (each.kind is not ScopeKind.CLASS or inside) and name in each.bindings:
                return number, each.bindings[name]
            if number == 0:
                return 0, ()
            inside = inside and each.kind is ScopeKind.COMPREHENSION
            number = each.parent

    def value(self, value: Value, scope: int) -> Value:
        """A value with its names looked up: a name bound once to a constant is that constant."""
        for _ in range(MAX_STEPS):
            if value.kind is not Kind.PATH or not value.path.isidentifier():
                break
            scope, bindings = self.bindings(value.path, scope)
            values = {each.value for each in bindings}
            if len(values) != 1 or OTHER in values or any(each.kind is not BindingKind.ASSIGN for each in bindings):
                break
            value = values.pop()
        return value

    def truth(self, value: Value, scope: int) -> bool | None:
        """Whether a value is true; None when that cannot be told."""
        value = self.value(value, scope)
        match value.kind:
            case Kind.CONSTANT:
                return bool(value.constant)
            case Kind.NOT:
                truth = self.truth(value.items[0], scope)
                return None if truth is None else not truth
            case Kind.CALL if value.path == "bool()" and len(value.items) == 1:
                return self.truth(value.items[0], scope)
            case Kind.SEQUENCE | Kind.MAPPING:
                return bool(value.items)
        return None

    def _meaning(self, root: str, binding: Binding, home: int) -> str:
        if binding.kind is BindingKind.IMPORT:
            return binding.path
        if binding.kind in (BindingKind.DEF, BindingKind.CLASS):
            return f":{binding.path}"
        return self.resolve(binding.value.path, home) or f"?{root}"

    def _element(self, bindings: Sequence[Binding], home: int) -> str:
        """What every element of a literal sequence is; empty when they differ or it is no literal."""
        if len(bindings) != 1 or bindings[0].value.kind is not Kind.SEQUENCE:
            return ""
        found = {self.resolve(item.path, home) for item in bindings[0].value.items}
        return found.pop() if len(found) == 1 else ""

    def _applied(self, owner: str, rest: str) -> str:
        """An owner with the rest of a path: a call of a local function is what its returns agree on."""
        if not rest.startswith("()") or not owner.startswith(":"):
            return owner + rest
        if owner not in self._results:
            self._results[owner] = ""
            made = {
                self.resolve(value.path, number)
                for number in self.scopes_by_name.get(owner[1:], ())
                if self.facts.scopes[number].kind in FUNCTIONS
                for value in self.facts.returns(number)
                if value != NONE
            }
            only = made.pop() if len(made) == 1 else ""
            self._results[owner] = "" if only.startswith("?") else only
        return (self._results[owner] or f"{owner}()") + rest[2:]

    def bases(self, scope: Scope) -> list[str]:
        """The resolved bases of a class, its local ancestors' included."""
        found: list[str] = []
        pending = [(base, scope.place.scope) for base in scope.bases]
        while pending:
            raw, at = pending.pop(0)
            base = self.resolve(raw, at)
            if not base or base in found:
                continue
            found.append(base)
            for number in self.scopes_by_name.get(base[1:], ()) if base.startswith(":") else ():
                pending += [(each, self.facts.scopes[number].place.scope) for each in self.facts.scopes[number].bases]
        return found

    def instance(self, path: str, classes: frozenset[str]) -> bool:
        """Whether a resolved path is an instance of one of the classes (dotted), or of a local subclass of one."""
        if not path.endswith("()"):
            return False
        return self.is_class(path[:-2], classes)

    def is_class(self, path: str, classes: frozenset[str]) -> bool:
        """Whether a resolved path is one of the classes (dotted), or a subclass of one defined in this file."""
        if path in classes:
            return True
        numbers = self.scopes_by_name.get(path[1:], ()) if path.startswith(":") else ()
        return any(not classes.isdisjoint(self.bases(self.facts.scopes[number])) for number in numbers)


def _telling(bindings: Sequence[Binding]) -> tuple[Binding, ...]:
    """The bindings that say what a name is: neither `del` nor an `app = None` before the real one does."""
    return tuple(each for each in bindings if each.kind is not BindingKind.DELETE and each.value != NONE)


def _before_rebinding(bindings: Sequence[Binding], path: str) -> str:
    """What an imported name still is on the right of `admin = admin.Admin(app)`, read as admin.Admin; else empty."""
    before = [each for each in bindings if not each.value.path.startswith(f"{path}(")]
    modules = {each.path for each in before if each.kind is BindingKind.IMPORT}
    return modules.pop() if len(modules) == 1 and len(before) == 1 < len(bindings) else ""
