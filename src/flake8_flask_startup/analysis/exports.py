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
    is_put_together = "__all__" in facts.scopes[0].bindings and _is_open(facts, is_alone=True)
    return facts.exports | set(module.listed()) if is_put_together else facts.exports


def open_to_stars(facts: Facts) -> bool:
    """Return whether a star import may take names that `exports` has not: without an `__all__` that is written out.

    Lists that the module has under another name may be part of it.
    """
    return _is_open(facts, is_alone=False)


def _is_open(facts: Facts, *, is_alone: bool) -> bool:
    """Whether an `__all__` is not written out, by itself if is_alone."""
    bindings = facts.scopes[0].bindings.get("__all__", ())
    values = [each.value for each in bindings]
    values += [value for call in facts.calls if is_inside(call.path, "__all__") for value in call.args]
    others: set[str] = set()
    is_written_out = all(each.kind is Kind.CONSTANT or _is_written_out(each, others) for each in values)
    return (
        not bindings or not is_written_out or (is_alone and bool(others)) or not all(_is_list(facts, o) for o in others)
    )


def _is_list(facts: Facts, name: str) -> bool:
    """Whether a name of the module is bound to one list that is written out, and nothing is called on it."""
    bindings = facts.scopes[0].bindings.get(name, ())
    others: set[str] = set()
    is_one = len(bindings) == 1 and _is_written_out(bindings[0].value, others) and not others
    return is_one and not any(is_inside(call.path, name) for call in facts.calls)


def _is_written_out(value: Value, others: set[str]) -> bool:
    """Whether a value is a sequence of constants, a sum of such, or such a one more of them.

    Names of others that are among them join others.
    """
    if value.kind is Kind.ADDED:
        return _is_written_out(value.items[-1], others)
    if value.kind is Kind.TEMPLATE:
        return all(_is_written_out(each, others) for each in value.items)
    if value.kind is Kind.PATH and value.path.isidentifier():
        others.add(value.path)
        return True
    return value.kind is Kind.SEQUENCE and all(each.kind is Kind.CONSTANT for each in value.items)


def looked_for(each: Import, module: Module) -> str:
    """Return why an import must stay if Flask finds the app in this module by the imported name; otherwise ""."""
    is_found = (module.place is not None and module.place.last in DISCOVERED_MODULES) or module.is_looked_into()
    is_app = bool(each.name) and each.bound in (*DISCOVERED_APPS, *DISCOVERED_FACTORIES)
    return f"Flask looks for '{each.bound}' in the module" if is_app and is_found else ""
