"""What a module lets star imports take: the names of an `__all__` that is written out, or any."""

from __future__ import annotations

from ..syntax.facts import Facts
from ..syntax.values import Kind, Value


def open_to_stars(facts: Facts) -> bool:
    """Return whether a star import may take names that `exports` has not: without an `__all__` that is written out."""
    bindings = facts.scopes[0].bindings.get("__all__", ())
    calls = [call for call in facts.calls if call.path.startswith("__all__.")]
    is_changed = not all(value.kind is Kind.CONSTANT or _is_written_out(value) for call in calls for value in call.args)
    return is_changed or not bindings or not all(_is_written_out(each.value) for each in bindings)


def _is_written_out(value: Value) -> bool:
    """Whether a value is a sequence of constants, a sum of such, or such a one more of them."""
    if value.kind is Kind.ADDED:
        return _is_written_out(value.items[-1])
    if value.kind is Kind.TEMPLATE:
        return all(map(_is_written_out, value.items))
    return value.kind is Kind.SEQUENCE and all(each.kind is Kind.CONSTANT for each in value.items)
