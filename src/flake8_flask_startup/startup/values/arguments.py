"""What the arguments of a call say of the parameters that they reach (language reference, 6.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...model import UNKNOWN
from ...model.access_paths import is_inside
from ...syntax.symbol_table import Call, Scope
from ...syntax.values import OTHER, Kind, Value
from .abstract_values import Const, Ext, Object, Objects, Parts, Table, Text, container, has_container, table

_Evaluate = Callable[[Value], Objects]


def passed(called: Scope, call: Call, bound: int, evaluate: _Evaluate) -> Iterator[tuple[str, Objects]]:
    """The parameters that a call reaches, each with what it may be; those that gather the rest with a container of it.

    bound is the number of parameters that are bound already, as `self` is.
    """
    for name, objects, _ in reached(called, call, bound, evaluate):
        yield name, objects


def reached(
    called: Scope, call: Call, bound: int, evaluate: _Evaluate, *, tells_apart: bool = True
) -> Iterator[tuple[str, Objects, Value]]:
    """The same, with the argument that reaches each, OTHER for a part of one.

    tells_apart says whether the parameter that gathers keywords has each under its name.
    """
    rest, options = called.gathering
    names = {name for name, _ in call.keywords} if tells_apart else set[str]()
    for name, value in call.keywords if options and tells_apart else ():
        if name and name not in called.parameters and (objects := evaluate(value)) and not has_container(objects):
            yield options, frozenset({table([(name, objects)])}), OTHER
    for name, objects, value in (
        *_by_place(called, call.args, bound, evaluate),
        *_by_name(called, call.keywords, evaluate),
    ):
        if name == options and names and value is not OTHER and not has_container(objects):
            continue
        if name and objects and name in (rest, options):
            yield name, frozenset({container(objects)}), OTHER
        elif name and objects:
            yield name, objects, value


def given(called: Scope, call: Call, bound: int) -> set[str]:
    """The parameters that a call is sure to give a value, whatever it is."""
    if any(value.kind is Kind.SPREAD for value in call.args):
        return {name for name, _ in call.keywords}
    return {*called.parameters[: bound + len(call.args)], *[name for name, _ in call.keywords]}


_Reached = Iterator[tuple[str, Objects, Value]]


def _by_place(called: Scope, args: Iterable[Value], bound: int, evaluate: _Evaluate) -> _Reached:
    """Positional arguments; after `*more` of unknown length any of them may reach any parameter that is left."""
    rest = called.gathering[0]
    positional = called.parameters[bound : called.parameters.index(rest) if rest else len(called.parameters)]
    at, known = 0, True
    for value in args:
        places = _places(evaluate(value.items[0])) if value.kind is Kind.SPREAD else [evaluate(value)]
        if places is None or not known:
            yield from ((name, evaluate(value), OTHER) for name in (*positional[at:], rest))
            known = False
            continue
        for each in places:
            yield positional[at] if at < len(positional) else rest, each, value
            at += 1


def _places(objects: Objects) -> list[Objects] | None:
    """What stands at each place of a row; None where rows may be of different lengths, or no row is known."""
    known = [each for each in objects if not isinstance(each, Const)]
    rows = [each.parts for each in known if isinstance(each, Parts)]
    if not rows or len(rows) < len(known) or len({len(row) for row in rows}) > 1:
        return None
    return [frozenset().union(*places) for places in zip(*rows, strict=True)]


def _by_name(called: Scope, keywords: Iterable[tuple[str, Value]], evaluate: _Evaluate) -> _Reached:
    """Keyword arguments; `**more` reaches the parameters of its keys."""
    options = called.gathering[1]
    for name, value in keywords:
        objects = evaluate(value)
        if name:
            yield name if name in called.parameters else options, objects, value
            continue
        for key, each in (row for mapping in objects if isinstance(mapping, Table) for row in mapping.rows):
            if key in called.parameters and not has_container(each):  # else what is passed on and on would never end
                yield key, each, OTHER


def goes_on(each: Object, known: Objects) -> bool:
    """Whether an object is a longer way from one that is known already, to which nothing known leads.

    A function that calls itself with `node.child` or f"{name}.inner" would be passed ever longer ones.
    """
    match each:
        case Ext(path=path):
            return any(isinstance(one, Ext) and is_inside(path, one.path) for one in known)
        case Text(text=text) if UNKNOWN in text:
            return any(isinstance(one, Text) and one.text != text and text.startswith(one.text) for one in known)
    return False
