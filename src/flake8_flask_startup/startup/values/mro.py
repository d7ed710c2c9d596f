"""The order in which a class's bases are asked for an attribute, as far as the trace knows them."""

from __future__ import annotations

from ...model.access_paths import has_item
from ...syntax.method_order import merged
from ...syntax.symbol_table import BindingKind
from .abstract_values import Cls, Ext, Method, Object, in_order
from .environment import Env, Evaluator
from .trampoline import Steps, drive

_GENERIC = frozenset({"typing.Generic", "typing.Protocol", "typing_extensions.Generic", "typing_extensions.Protocol"})
MAX_ORDER = 500  # classes, with the one that is asked about


def resolution_order(world: Evaluator, cls: Cls) -> list[Cls | Ext]:
    """Return a class and its bases in method resolution order."""
    if (known := world.orders.get(cls)) is not None:
        return known
    orders: dict[Cls, list[Cls | Ext]] = {}
    drive(_order(world, cls, orders, set()))
    return orders[cls]


def only_base(world: Evaluator, cls: Cls) -> Cls | None:
    """The base of a class that names one, if that is one class of the project."""
    scope = world.scope(cls)
    if len(scope.bases) != 1:
        return None
    bases = Env(world, cls.module, scope.place.scope).path(scope.bases[0])
    only = next(iter(bases)) if len(bases) == 1 else None
    return only if isinstance(only, Cls) and only != cls else None


def is_generic(world: Evaluator, cls: Cls) -> bool:
    """Return whether a class takes types in brackets (PEP 484, 695), so that `cls[int]` stands for the class itself.

    False where that would take the items of other classes to find out.
    """
    scope = world.scope(cls)
    if any(each.kind is BindingKind.PARAM for bindings in scope.bindings.values() for each in bindings):
        return True  # of all classes, only those with type parameters have parameters
    if any(map(has_item, scope.bases)):
        return False
    return any(isinstance(each, Ext) and each.path in _GENERIC for each in resolution_order(world, cls))


def _order(world: Evaluator, cls: Cls, orders: dict[Cls, list[Cls | Ext]], around: set[Cls]) -> Steps:
    """Work the order of a class out of those of its bases, and keep each that rests on nothing that changes.

    around has the classes whose orders are being worked out. One that is met again derives from itself, which no code
    that runs does: it is left out, and what rests on that stands for this question alone.
    """
    mark = world.memory.mark()
    around.add(cls)
    bases = _bases(world, cls)
    own = world.memory.mark() == mark
    for base in bases:
        if isinstance(base, Cls) and base not in orders and base not in around:
            if (known := world.orders.get(base)) is not None:
                orders[base] = known
            else:
                yield _order(world, base, orders, around)
    around.remove(cls)
    lines = [[base] if isinstance(base, Ext) else orders.get(base, []) for base in bases]
    others = [[each for each in line if each != cls] for line in (*lines, dict.fromkeys(bases))]
    orders[cls] = [cls, *merged(others)][:MAX_ORDER]
    if own and all(isinstance(each, Ext) or each in world.orders for each in bases):
        world.orders[cls] = orders[cls]


def _bases(world: Evaluator, cls: Cls) -> list[Cls | Ext]:
    """What stands for the bases that a class names, in their order."""
    scope = world.scope(cls)
    env = Env(world, cls.module, scope.place.scope)
    found = [each for raw in scope.bases for each in reversed(in_order(env.path(raw)))]
    return [each for each in found if isinstance(each, (Cls, Ext))]


def overridden(world: Evaluator, method: Object) -> Ext | None:
    """What a method of the project overrides outside of it, by its path; None for anything else."""
    if not isinstance(method, Method):
        return None
    outside = [each for each in resolution_order(world, method.cls) if isinstance(each, Ext) and each.path != "object"]
    name = world.scope(method.function).name.rpartition(".")[2]
    return Ext(f"{outside[0].path}.{name}", method.cls) if outside else None
