"""Which special methods the making of an object leaves out, though other objects of the class may have them run."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.access_paths import is_own
from ..syntax.resolver import Names
from ..syntax.symbol_table import Binding, BindingKind, Call, Scope, ScopeKind
from ..syntax.values import Kind
from .method_index import OF_ENUMS
from .method_resolution import Methods

_OF_HEIRS = "__init_subclass__"  # runs where a class derives from this one, and for no object
_AFTER_FIELDS = "__post_init__"  # of a class whose constructor somebody else writes: a decorator, or a base
_PLAIN_BASES = frozenset({"abc.ABC", "object", "typing.Generic", "typing.Protocol"})


def is_left_out(method: str, call: Call, path: str, names: Names, methods: Methods) -> bool:
    """Return whether a call of the class at a path surely does not run a special method of that name."""
    if method == _AFTER_FIELDS:
        return not any(_writes_constructor(each, names) for each in methods.order(path))
    if method == OF_ENUMS:
        return any(_has_member(scope, call) for scope in _classes(path, names))
    return method == _OF_HEIRS


def _writes_constructor(path: str, names: Names) -> bool:
    """Whether a class, or what it is in another package, may have a constructor that the file does not write."""
    if not is_own(path):
        return path not in _PLAIN_BASES
    return any(scope.decorators or scope.metaclass for scope in _classes(path, names)) or not _classes(path, names)


def _has_member(scope: Scope, call: Call) -> bool:
    """Whether an enumeration has a member of the value that a call gives it, as the class body writes it."""
    if len(call.args) != 1 or call.keywords or call.args[0].kind is not Kind.CONSTANT or "__new__" in scope.bindings:
        return False
    given = call.args[0].constant
    return any(_is_member(bound, given) for name, bound in scope.bindings.items() if not name.endswith("_"))


def _is_member(bound: Sequence[Binding], value: object) -> bool:
    first, *others = bound
    is_constant = first.kind is BindingKind.ASSIGN and first.value.kind is Kind.CONSTANT
    return is_constant and not others and type(first.value.constant) is type(value) and first.value.constant == value


def _classes(path: str, names: Names) -> list[Scope]:
    scopes = (names.facts.scopes[number] for number in names.defined(path))
    return [scope for scope in scopes if scope.kind is ScopeKind.CLASS]
