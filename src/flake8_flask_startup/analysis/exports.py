"""What a module offers others: the names of `__all__`, and what star imports take of it."""

from __future__ import annotations

from collections.abc import Set

from ..config.flask_objects import DISCOVERED_APPS, DISCOVERED_FACTORIES, DISCOVERED_MODULES
from ..model.access_paths import is_inside
from ..syntax.facts import Facts
from ..syntax.symbol_table import Import
from ..syntax.values import Kind, Value
from .module import Module


def exports(module: Module) -> Set[str]:
    """Return the names in a module's `__all__`, with those that it takes from other files: `base.__all__ + [...]`."""
    facts = module.facts
    is_put_together = "__all__" in facts.scopes[0].bindings and open_to_stars(facts)
    return facts.exports | set(module.listed()) if is_put_together else facts.exports


def open_to_stars(facts: Facts) -> bool:
    """Return whether a star import may take names that `exports` has not: without an `__all__` that is written out."""
    bindings = facts.scopes[0].bindings.get("__all__", ())
    calls = [call for call in facts.calls if is_inside(call.path, "__all__")]
    is_changed = not all(value.kind is Kind.CONSTANT or _is_written_out(value) for call in calls for value in call.args)
    return is_changed or not bindings or not all(_is_written_out(each.value) for each in bindings)


def _is_written_out(value: Value) -> bool:
    """Whether a value is a sequence of constants, a sum of such, or such a one more of them."""
    if value.kind is Kind.ADDED:
        return _is_written_out(value.items[-1])
    if value.kind is Kind.TEMPLATE:
        return all(map(_is_written_out, value.items))
    return value.kind is Kind.SEQUENCE and all(each.kind is Kind.CONSTANT for each in value.items)


def looked_for(each: Import, module: Module) -> str:
    """Return why an import must stay if Flask finds the app in this module by the imported name; otherwise ""."""
    is_found = (module.place is not None and module.place.last in DISCOVERED_MODULES) or module.is_looked_into()
    is_app = bool(each.name) and each.bound in (*DISCOVERED_APPS, *DISCOVERED_FACTORIES)
    return f"Flask looks for '{each.bound}' in the module" if is_app and is_found else ""
