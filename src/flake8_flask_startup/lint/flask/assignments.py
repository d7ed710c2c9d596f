"""What a file assigns to attributes and items, however it spells that."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.access_paths import attribute_of
from ...syntax.symbol_table import Store
from ...syntax.values import Kind, Value
from ..rule import Context
from .servers import entries


def assignments(context: Context) -> Iterator[Store]:
    """The assignments to attributes and items, those by `setattr` among them, in the order of each kind."""
    yield from context.facts.stores
    for call in context.facts.calls:
        if call.path == "setattr" and len(call.args) == 3 and not call.decorates:
            owner, name, value = call.args
            if owner.kind is Kind.PATH and name.kind is Kind.CONSTANT and isinstance(name.constant, str):
                yield Store(attribute_of(owner.path, str(name.constant)), value, call.span, call.place, call.order)


def merged(store: Store, context: Context) -> dict[str, Value]:
    """The entries that `mapping |= {...}` adds; empty for any other assignment."""
    if store.value.kind is not Kind.ADDED:
        return {}
    return entries(store.value.items[-1], store.place.scope, context.names)
