"""The classes and methods that a file writes, by what method resolution asks for."""

from __future__ import annotations

from ..model.access_paths import own_path
from ..syntax.resolver import Names
from ..syntax.symbol_table import Scope, ScopeKind
from .callback_models import runs_with_classes

# Called with a value that is none of the enumeration's, and for each `auto()` (enum's documentation).
OF_ENUMS = "_missing_"
_OF_MEMBERS = "_generate_next_value_"
_OF_PROPERTIES = (".getter", ".setter", ".deleter")


class MethodIndex:
    """The classes and methods of a file, as far as its functions were read. Classes are spelled ":Config".

    by_name and by_class are the methods under a name, of all classes and of one; places the order in which the file has
    those names. special are the methods that no call names, mapping those that run where a class is mapped. holders are
    the classes that bind a name, children those that name another class as a base.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._scopes = names.facts.scopes
        self._count = 0  # scopes that are among the following
        self.by_name: dict[str, list[int]] = {}
        self.by_class: dict[str, dict[str, list[int]]] = {}
        self.places: dict[str, int] = {}
        self.special: set[int] = set()
        self.mapping: list[int] = []
        self.own_classes: set[str] = set()
        self.with_metaclass: set[str] = set()
        self.holders: dict[str, set[str]] = {}
        self.children: dict[str, dict[str, None]] = {}

    def grow(self) -> bool:
        """Add what was read since the last time, and return whether there was anything."""
        first, self._count = self._count, len(self._scopes)
        for number in range(first, self._count):
            scope = self._scopes[number]
            if scope.kind is ScopeKind.CLASS:
                self._add_class(scope)
            elif scope.kind is ScopeKind.FUNCTION and self._scopes[scope.parent].kind is ScopeKind.CLASS:
                self._add_method(number, scope)
        return first < self._count

    def _add_class(self, scope: Scope) -> None:
        path = own_path(scope.name)
        self.own_classes.add(path)
        if scope.metaclass:
            self.with_metaclass.add(path)
        for bound in scope.bindings:
            self.holders.setdefault(bound, set()).add(path)
        for base in self._names.direct_bases(scope):
            self.children.setdefault(base, {})[path] = None

    def _add_method(self, number: int, scope: Scope) -> None:
        name = scope.name.rpartition(".")[2]
        self.places.setdefault(name, len(self.places))
        self.by_name.setdefault(name, []).append(number)
        owner = own_path(self._scopes[scope.parent].name)
        self.by_class.setdefault(owner, {}).setdefault(name, []).append(number)
        is_property = any("property" in each or each.endswith(_OF_PROPERTIES) for each in scope.decorators)
        if is_property or _is_special(name) or name in (OF_ENUMS, _OF_MEMBERS):
            self.special.add(number)
        if any(runs_with_classes(self._names.resolve(raw, 0)) for raw in scope.decorators):
            self.mapping.append(number)


def _is_special(method: str) -> bool:
    """Whether Python calls a method itself (data model, 3.3); two underscores in front alone make a name private."""
    return method.startswith("__") and method.endswith("__")
