"""The order in which a class's bases are asked for an attribute, as far as the trace knows them."""

from __future__ import annotations

from .abstract_values import Cls, Ext, Method, Object, in_order
from .environment import Env, Evaluator
from .trampoline import Steps, drive

MAX_ORDER = 500  # classes, with the one that is asked about


def resolution_order(world: Evaluator, cls: Cls) -> list[Cls | Ext]:
    """A class and its bases, each before its own bases, left before right: the usual method resolution order."""
    line = [cls]
    met = {cls}
    mark = world.memory.mark()
    while line[-1] not in world.orders and (base := only_base(world, line[-1])) is not None and base not in met:
        line.append(base)
        met.add(base)
    *derived, top = line
    if (found := world.orders.get(top)) is None:
        order: dict[Cls | Ext, None] = {}
        drive(_descend(world, top, order, set()))
        found = list(reversed(order))
    if not met.isdisjoint(found[1:]):  # classes that derive from each other
        return list(dict.fromkeys([*line, *found]))
    for each in reversed(derived):
        found = [each, *found][:MAX_ORDER]
        if world.memory.mark() == mark:
            world.orders[each] = found
    return found


def only_base(world: Evaluator, cls: Cls) -> Cls | None:
    """The base of a class that names one, if that is one class of the project."""
    scope = world.scope(cls)
    if len(scope.bases) != 1:
        return None
    bases = Env(world, cls.module, scope.place.scope).path(scope.bases[0])
    only = next(iter(bases)) if len(bases) == 1 else None
    return only if isinstance(only, Cls) and only != cls else None


def _descend(world: Evaluator, cls: Cls | Ext, order: dict[Cls | Ext, None], met: set[Cls | Ext]) -> Steps:
    """Put the bases of a class, last one first, and then the class itself into an order."""
    met.add(cls)
    if isinstance(cls, Cls):
        scope = world.scope(cls)
        for raw in reversed(scope.bases):
            for base in in_order(Env(world, cls.module, scope.place.scope).path(raw)):
                if isinstance(base, (Cls, Ext)) and base not in met:
                    yield _descend(world, base, order, met)
    order[cls] = None


def overridden(world: Evaluator, method: Object) -> Ext | None:
    """What a method of the project overrides outside of it, by its path; None for anything else."""
    if not isinstance(method, Method):
        return None
    outside = [each for each in resolution_order(world, method.cls) if isinstance(each, Ext) and each.path != "object"]
    name = world.scope(method.function).name.rpartition(".")[2]
    return Ext(f"{outside[0].path}.{name}", method.cls) if outside else None
