"""Assignments to items of a mapping that was known to have the key: what was there before is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..model.access_paths import as_raw, split_keys, split_last
from .facts import Facts
from .resolver import Names
from .symbol_table import Binding, BindingKind, Call, Store
from .values import OTHER, Kind, Value

OVERWRITES = as_raw("[]=")  # the path of the binding that such an assignment comes to
Keys = tuple[str, ...]
Overwrites = Mapping[tuple[int, str], Sequence[tuple[Binding, Call | Store]]]  # by scope and name of the mapping


def overwrites(facts: Facts, names: Names, body: int) -> Overwrites:
    """The assignments of a body that overwrite an item of a mapping, each as a binding of the mapping's name."""
    found: dict[tuple[int, str], list[tuple[Call | Store, list[Keys]]]] = {}
    statements: list[Call | Store] = [*facts.bodies[body].stores, *facts.bodies[body].calls]
    for each in sorted(statements, key=lambda one: one.order):
        name, keys = _assigned(each)
        if not keys or any(block < 0 for block in each.place.branch):
            continue
        home, bindings = names.bindings(name, each.place.scope)
        if bindings and facts.function_of(home) == facts.function_of(each.place.scope):
            found.setdefault((home, name), []).append((each, keys))
    return {
        key: kept
        for key, assigned in found.items()
        if (kept := list(_overwriting(facts.scopes[key[0]].bindings.get(key[1], ()), assigned)))
    }


def _assigned(each: Call | Store) -> tuple[str, list[Keys]]:
    """The name of the mapping that a statement assigns items of, and the keys that lead to them."""
    if isinstance(each, Store):
        split = split_keys(each.path)
        return (split[0], [split[1]]) if split is not None else ("", [])
    name, method = split_last(each.path)
    if method != "update" or not name.isidentifier():
        return "", []
    given = each.args[0] if each.args else Value(Kind.MAPPING)
    if given.kind is not Kind.MAPPING:
        return "", []
    return name, [(key,) for key in (*given.keys, *[name for name, _ in each.keywords]) if key and isinstance(key, str)]


def _overwriting(
    bindings: Sequence[Binding], assigned: Sequence[tuple[Call | Store, list[Keys]]]
) -> Iterator[tuple[Binding, Call | Store]]:
    """Those assignments whose keys the mapping has already."""
    known = {keys for each in bindings for keys in _written(each.value)}
    count: dict[Keys, int] = {}
    for _, keys in assigned:
        for each in keys:
            count[each] = count.get(each, 0) + 1
    for statement, keys in assigned:
        if any(each in known or count[each] > 1 for each in keys):
            line, place, order = statement.span.line, statement.place, statement.order
            yield Binding(BindingKind.ASSIGN, OVERWRITES, OTHER, line, place, order), statement


def _written(value: Value, before: Keys = ()) -> Iterator[Keys]:
    """The keys of a mapping that is written out, and of those in it."""
    if value.kind is Kind.MAPPING:
        for key, item in zip(value.keys, value.items, strict=True):
            if key and isinstance(key, str):
                yield (*before, key)
                yield from _written(item, (*before, key))
