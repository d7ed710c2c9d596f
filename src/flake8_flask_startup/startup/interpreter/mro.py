"""The order in which a class's bases are asked for an attribute, as far as the trace knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .abstract_values import Cls, Ext, Method, Object, in_order
from .trampoline import Steps, drive

if TYPE_CHECKING:
    from .evaluator import World


def resolution_order(world: World, cls: Cls) -> list[Cls | Ext]:
    """A class and its bases, each before its own bases, left before right: the usual method resolution order."""
    order: dict[Cls | Ext, None] = {}
    drive(_descend(world, cls, order, set()))
    return list(reversed(order))


def _descend(world: World, cls: Cls | Ext, order: dict[Cls | Ext, None], met: set[Cls | Ext]) -> Steps:
    """Put the bases of a class, last one first, and then the class itself into an order."""
    met.add(cls)
    if isinstance(cls, Cls):
        scope = world.scope(cls)
        for raw in reversed(scope.bases):
            for base in in_order(world.path(raw, cls.module, scope.place.scope)):
                if isinstance(base, (Cls, Ext)) and base not in met:
                    yield _descend(world, base, order, met)
    order[cls] = None


def overridden(world: World, method: Object) -> Ext | None:
    """What a method of the project overrides outside of it, by its path; None for anything else."""
    if not isinstance(method, Method):
        return None
    outside = [each for each in resolution_order(world, method.cls) if isinstance(each, Ext) and each.path != "object"]
    name = world.scope(method.function).name.rpartition(".")[2]
    return Ext(f"{outside[0].path}.{name}", method.cls) if outside else None
