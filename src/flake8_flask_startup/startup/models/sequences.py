"""What functions of the standard library make of containers: their items in another order, put together, paired, taken.

A row whose places are known stays one, so that a loop over it has its turns in Python's order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice, product
from math import prod

from ...model import UNKNOWN
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    MAX_OBJECTS,
    NOTHING,
    Const,
    Ext,
    Func,
    Items,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    container,
    in_order,
    row,
    table,
)
from ..values.environment import Env
from ..values.members import in_places
from ..values.memo import CHOICE, SIFTED, TAKEN
from .naming import is_third_party

_Places = Sequence[Objects]


def _places(owners: Objects) -> _Places | None:
    """The items of the one container that objects are, in order; None where they are several, or not known so well."""
    only = next(iter(owners)) if len(owners) == 1 else None
    if isinstance(only, Parts) or (isinstance(only, Table) and all(key != "" for key, _ in only.rows)):
        return in_places(only)
    return None


def _in_a_row(places: _Places) -> Objects:
    """A row of some items; of too many, a container that does not tell their places."""
    return frozenset({Parts(tuple(places)) if len(places) <= MAX_OBJECTS else container(NOTHING.union(*places))})


def _given(env: Env, value: Value) -> list[Objects]:
    """What a call is given by place, what `*` spreads among it."""
    found: list[Objects] = []
    for each in value.items:
        owners = env.value(each.items[0]) if each.kind is Kind.SPREAD else None
        places = None if owners is None else _places(owners)
        found += [env.value(each)] if places is None else places
    return found


def _any_of(env: Env, owners: Objects) -> Objects:
    """What may be taken out of containers."""
    return env.world.union(env.world.element(each, None) for each in owners)


def _side_by_side(env: Env, path: str, value: Value) -> Objects | None:
    """Rows of an item of each container that a call is given; `enumerate` puts a number before each."""
    if not env.is_own:
        return env.value(value.items[0]) if value.items else None
    given = _given(env, value)
    if path == "enumerate":
        given = given[:1]
    known = [places for each in given if (places := _places(each)) is not None]
    if given and len(known) == len(given):
        if path == "enumerate":
            start = (
                value.items[1].constant if len(value.items) > 1 else dict(value.keywords).get("start", _ZERO).constant
            )
            numbers = [
                frozenset({Const(start + at)}) if isinstance(start, int) else NOTHING for at in range(len(known[0]))
            ]
            known = [numbers, known[0]]
        return _in_a_row([frozenset({row(places)}) for places in zip(*known, strict=False)])
    each_item = [NOTHING] if path == "enumerate" else []
    return frozenset({Items(frozenset({row([*each_item, *[_any_of(env, each) for each in given]])}))})


_ZERO = Value(Kind.CONSTANT, 0)


def _every_pair(env: Env, _: str, value: Value) -> Objects | None:
    """`itertools.product`: rows of each item of one container with each of the others."""
    given = _given(env, value)
    if not env.is_own or not given or value.keywords:
        return None
    known = [places for each in given if (places := _places(each)) is not None]
    if len(known) == len(given) and prod(map(len, known)) <= MAX_OBJECTS:
        return _in_a_row([frozenset({row(places)}) for places in product(*known)])
    return frozenset({Items(frozenset({row([_any_of(env, each) for each in given])}))})


def _one_after_another(env: Env, path: str, value: Value) -> Objects | None:
    """What `chain` gives: the containers that it is given, or that lie in the one that it is given, as `sum` adds."""
    given = _given(env, value)
    if (path == "sum" and len(given) < 2) or not given:
        return None
    owners: Sequence[Objects] = given
    if path != "itertools.chain":
        places = _places(given[0])
        owners = [*given[1:], *([_any_of(env, given[0])] if places is None else places)]
    known = [places for each in owners if (places := _places(each)) is not None]
    if env.is_own and len(known) == len(owners):
        return _in_a_row([place for places in known for place in places])
    return env.world.union(owners)


def _turned_round(env: Env, _: str, value: Value) -> Objects | None:
    found = env.value(value.items[0]) if value.items else NOTHING
    places = _places(found) if env.is_own else None
    return found or None if places is None else _in_a_row(places[::-1])


def _plain(place: Objects) -> tuple[str | float, ...] | None:
    """What Python compares an item by: the text or number that it is, or those that its places are."""
    only = next(iter(place)) if len(place) == 1 else None
    if isinstance(only, Text) and UNKNOWN not in only.text:
        return (only.text,)
    if isinstance(only, Const) and only.value is not None:
        return (only.value,)
    if isinstance(only, Parts):
        found = [_plain(each) for each in only.parts]
        return tuple(each[0] for each in found if each is not None) if None not in found[:1] else None
    return None


def _sorted(env: Env, path: str, value: Value) -> Objects | None:
    """The items in order where the code says it outright; by a key, in one that nobody knows. Or the first of them."""
    found = env.value(value.items[0]) if len(value.items) == 1 else NOTHING
    options = dict(value.keywords)
    places = _places(found) if env.is_own and found else None
    if places is None:
        return found or None if path == "sorted" else None
    keys = [_plain(each) for each in places]
    known = [each for each in keys if each is not None]
    backward = options.get("reverse", _ZERO).constant if path == "sorted" else path == "max"
    try:
        order = sorted(range(len(places)), key=known.__getitem__, reverse=bool(backward))
    except (IndexError, TypeError):
        order = []
    if "key" in options or len(known) < len(places) or len(order) < len(places):
        return frozenset({container(NOTHING.union(*places))}) if path == "sorted" else None
    ordered = [places[at] for at in order]
    return _in_a_row(ordered) if path == "sorted" else next(iter(ordered), None)


def _filtered(env: Env, path: str, value: Value) -> Objects | None:
    """`filter(test, items)`: the items that pass a test of the project's own; of another's, nobody knows which."""
    if len(value.items) < 2:
        return None
    functions, containers = env.value(value.items[0]), env.value(value.items[-1])
    if any(isinstance(each, Ext) and is_third_party(env, each.path) for each in functions):
        env.world.memory.traits |= CHOICE | TAKEN | SIFTED
    if not env.is_own or len(functions) != 1 or not all(isinstance(each, Func) for each in functions):
        return containers
    (function,) = functions
    places = _places(containers)
    is_ordered = places is not None
    items = [frozenset({each}) for each in in_order(_any_of(env, containers))] if places is None else places
    found: list[Objects] = []
    for held in items:
        each_passes = {env.world.passes(function, item) for item in held}
        passes = each_passes.pop() if len(each_passes) == 1 else None
        if passes is None:
            env.world.memory.traits |= CHOICE | TAKEN | SIFTED
        if path.endswith("while"):
            if passes is None or not is_ordered:
                env.world.memory.traits |= CHOICE | TAKEN | SIFTED
                return containers
            if not passes:
                return _in_a_row(found if path.endswith("takewhile") else [*items[len(found) :]])
        elif passes is not None and passes is not (path == "filter"):
            continue
        found.append(held)
    return _in_a_row([] if path.endswith("dropwhile") else found)


def _cut_out(env: Env, _: str, value: Value) -> Objects | None:
    """`islice(items, start, stop, step)`."""
    if not env.is_own or len(value.items) < 2:
        return None
    found = env.value(value.items[0])
    places = _places(found)
    bounds = [each.constant for each in value.items[1:4] if each.constant is None or isinstance(each.constant, int)]
    is_known = len(bounds) + 1 == len(value.items) and all(each.kind is Kind.CONSTANT for each in value.items[1:])
    if places is None or not is_known:
        env.world.memory.traits |= CHOICE | TAKEN
        return found or None
    try:
        return _in_a_row(list(islice(places, *bounds)))
    except ValueError:  # of a bound below 0 or a step of 0, which Python raises as well
        return NOTHING


def _selected(env: Env, _: str, value: Value) -> Objects | None:
    """`compress(items, selectors)`: the items beside which something true stands."""
    if not env.is_own or len(value.items) < 2:
        return None
    places, selectors = (_places(env.value(each)) for each in value.items[:2])
    if places is None or selectors is None:
        return env.value(value.items[0]) or None
    found = []
    for place, selector in zip(places, selectors, strict=False):
        truths = {bool(each.value) if isinstance(each, Const) else None for each in selector}
        if truths != {False}:
            found.append(place)
        if truths not in ({True}, {False}):
            env.world.memory.traits |= CHOICE | TAKEN
    return _in_a_row(found)


def _grouped(env: Env, _: str, value: Value) -> Objects | None:
    """`groupby(items, key)`: rows of what the key gives and the items of a group, which are not told apart."""
    if not env.is_own or not value.items:
        return None
    element_value = Value(Kind.ELEMENT, items=(value.items[0],))
    key = value.items[1] if len(value.items) > 1 else dict(value.keywords).get("key")
    keys = env.value(element_value if key is None else Value(Kind.CALL, items=(element_value,), owner=(key,)))
    return frozenset({Items(frozenset({row([keys, env.value(value.items[0])])}))})


def _keyed(env: Env, path: str, value: Value) -> Objects | None:
    """A mapping whose keys are the items of a container: `dict.fromkeys`, `Counter`."""
    if not env.is_own or not value.items:
        return env.value(value.items[0]) if value.items else None
    found = env.value(value.items[0])
    if path == "collections.Counter" and any(isinstance(each, Table) for each in found):
        return found
    keys = [each.text for each in in_order(_any_of(env, found)) if isinstance(each, Text)]
    places = _places(found)
    if places is not None:
        keys = [one.text for place in places for one in place if isinstance(one, Text)]
    if not keys:
        return found or None
    held = env.value(value.items[1]) if len(value.items) > 1 and path != "collections.Counter" else NOTHING
    return frozenset({table((key, held) for key in dict.fromkeys(keys))})


def _mapped(env: Env, _: str, value: Value) -> Objects | None:
    """`map(function, items)`: what calls give."""
    if not env.is_own or len(value.items) < 2:
        functions = env.value(value.items[0]) if value.items else NOTHING
        return frozenset({container(env.world.union(env.world.called(each) for each in functions))})
    items = tuple(Value(Kind.ELEMENT, items=(each,)) for each in value.items[1:])
    return frozenset({container(env.value(Value(Kind.CALL, items=items, owner=value.items[:1])))})


def _next(env: Env, _: str, value: Value) -> Objects | None:
    """`next(iterator, default)`: one of the items."""
    found = _any_of(env, env.world.union(env.value(each) for each in value.items[:1]))
    if len(found) > 1:
        env.world.memory.traits |= CHOICE
    return found.union(*(env.value(each) for each in value.items[1:2])) or None


def _first_that_has(env: Env, _: str, value: Value) -> Objects | None:
    """`ChainMap(own, default)`: what the first mapping has that has a key."""
    given = _given(env, value)
    only: list[Object] = [next(iter(each)) for each in given if len(each) == 1]
    tables = [each for each in only if isinstance(each, Table) and all(key != "" for key, _ in each.rows)]
    if not env.is_own or len(tables) < len(given):
        env.world.memory.traits |= CHOICE
        known = frozenset(one for each in given for one in each if isinstance(one, (Items, Table)))
        return known | {Ext("collections.ChainMap()")} if env.is_own else known or frozenset({Table(())})
    rows: dict[str | int, Objects] = {}
    for each in reversed(tables):
        rows.update(each.rows)
    return frozenset({table(rows.items())})


RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **dict.fromkeys(("enumerate", "itertools.zip_longest", "zip"), _side_by_side),
    **dict.fromkeys(("itertools.chain", "itertools.chain.from_iterable", "sum"), _one_after_another),
    **dict.fromkeys(("filter", "itertools.dropwhile", "itertools.filterfalse", "itertools.takewhile"), _filtered),
    **dict.fromkeys(("collections.Counter", "collections.OrderedDict.fromkeys", "dict.fromkeys"), _keyed),
    **dict.fromkeys(("max", "min", "sorted"), _sorted),
    "collections.ChainMap": _first_that_has,
    "itertools.compress": _selected,
    "itertools.groupby": _grouped,
    "itertools.islice": _cut_out,
    "itertools.product": _every_pair,
    "map": _mapped,
    "next": _next,
    "reversed": _turned_round,
}
