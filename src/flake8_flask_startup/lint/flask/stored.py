"""What a file keeps in attributes and finds there again: `app.cache = Redis()`, then `app.cache.ping()`."""

from __future__ import annotations

from ...syntax.symbol_table import ScopeKind, Store
from ..rule import Context

_SELVES = ("self.", "cls.")


def stored_path(path: str, scope: int, context: Context) -> str:
    """The resolved path of a raw path that starts at an attribute which the file assigns to; empty for any other.

    The assignments that count are those of the same function, and for `self` those of the same class; they must agree.
    """
    for end in range(len(path) - 1, 0, -1):
        if path[end] == "." and "." in path[:end]:
            stores = [each for each in context.stores.get(path[:end], ()) if _is_near(each, scope, context)]
            made = {context.names.resolve(each.value.path, each.place.scope) for each in stores}
            if made:
                found = made.pop()
                return f"{found}{path[end:]}" if found and not made else ""
    return ""


def _is_near(store: Store, scope: int, context: Context) -> bool:
    facts = context.facts
    if store.path.startswith(_SELVES):
        return _class_around(store.place.scope, context) == _class_around(scope, context)
    return facts.function_of(store.place.scope) == facts.function_of(scope)


def _class_around(scope: int, context: Context) -> int:
    while scope and context.facts.scopes[scope].kind is not ScopeKind.CLASS:
        scope = context.facts.scopes[scope].parent
    return scope
