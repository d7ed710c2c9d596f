"""What the tests around a statement turn out to be, as far as the values that they are about are known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from ...model import UNKNOWN
from ...model.access_paths import callee_of, is_attribute, is_call, last_name, split_last
from ...project.module_finder import Origin
from ...syntax.places import Test
from ...syntax.values import Kind, Value
from ..models.flask_config import decided
from ..models.named_objects import SPEC_FUNCTIONS
from ..values.abstract_values import (
    Cls,
    Const,
    Ext,
    Func,
    Items,
    Key,
    Member,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
)
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, ENVIRONMENT, PARAMETER, UNKNOWN_PART, Memory
from .kinds import KINDS, is_kind

_OPEN = PARAMETER | CHOICE | DOUBT | UNKNOWN_PART  # traits of values that may be others as well
_READS_ENVIRONMENT = ("os.environ", "os.getenv")


class Truth(Enum):
    """Whether a test holds."""

    YES = "yes"
    NO = "no"
    USUALLY = "usually"  # while the environment is unset
    RARELY = "rarely"
    UNKNOWN = "unknown"

    def negated(self) -> Truth:
        """Whether the opposite holds."""
        return _NEGATED.get(self, self)


_NEGATED = {
    Truth.YES: Truth.NO,
    Truth.NO: Truth.YES,
    Truth.USUALLY: Truth.RARELY,
    Truth.RARELY: Truth.USUALLY,
}


Known = dict[Key, Truth]  # by the identity of a test, which a run of a function meets often


class Truths:
    """What tests turn out to be, each kept for as long as what it rests on stands."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._found: dict[Key, tuple[Truth, int]] = {}  # with when that was

    def all_hold(self, tests: Iterable[Test], env: Env, known: Known, now: int, *, is_caught: bool) -> Truth:
        """Whether all of the tests hold; known are those that the same run of the code has made.

        is_caught says that a start goes on where the code raises something.
        """
        found = Truth.YES
        for test in tests:
            is_open = is_caught and test.raises
            key = ("test", id(test), env.context, is_open)
            truth = known.get(key)
            if truth is None:
                truth = known[key] = self._kept(key, test._replace(usual=None) if is_open else test, env, now)
            else:
                self._memory.holds(key)
            if truth is Truth.NO:
                return truth
            found = min(found, truth, key=_ORDER.index)
        return found

    def _kept(self, key: Key, test: Test, env: Env, now: int) -> Truth:
        found, when = self._found.get(key, (Truth.UNKNOWN, now - 1))
        if when == self._memory.standing or (when == now and self._memory.holds(key)):
            return found
        mark = self._memory.mark()
        outer = self._memory.begin(key)
        try:
            found = _held(test, env)
        finally:
            self._memory.resume(outer)
        is_fixed = self._memory.mark() == mark
        self._found[key] = (found, self._memory.standing if is_fixed else now)
        if not is_fixed:
            self._memory.holds(key)
        return found


def _held(test: Test, env: Env) -> Truth:
    found = judged(test.value, env)
    if found is Truth.UNKNOWN and test.usual is not None:
        return Truth.USUALLY if test.usual else Truth.RARELY
    return found


_ORDER = (Truth.NO, Truth.RARELY, Truth.UNKNOWN, Truth.USUALLY, Truth.YES)


def least(truths: Iterable[Truth]) -> Truth:
    """Return the truth of all together; YES for none."""
    return min(truths, key=_ORDER.index, default=Truth.YES)


def judged(value: Value, env: Env) -> Truth:
    """Whether a value is true."""
    match value.kind:
        case Kind.NOT:
            return judged(value.items[0], env).negated()
        case Kind.CHOICE if value.constant == "and":
            return least(judged(each, env) for each in value.items)
        case Kind.CHOICE if value.constant == "or":
            return least(judged(each, env).negated() for each in value.items).negated()
        case Kind.CALL if value.path == "bool()" and len(value.items) == 1:
            return judged(value.items[0], env)
        case Kind.CALL if _is_affix(value.path) and value.items:
            return _affix(value, env)
        case Kind.CALL if last_name(callee_of(value.path)) in KINDS and value.items:
            return _kind_of(value, env)
        case Kind.CALL if _is_search(value):
            return _found(value, env)
        case Kind.COMPARED:
            return _compared(str(value.constant), value.items, env)
        case Kind.OTHER:
            return Truth.UNKNOWN
    objects, traits = _observed(value, env)
    return _weighed({_truth(each) for each in objects}, traits)


def _observed(value: Value, env: Env) -> tuple[Objects, int]:
    return env.world.memory.observed(lambda: decided(env, env.value(value)))


def _weighed(found: set[Truth], traits: int) -> Truth:
    """What several answers agree on, weaker where they rest on what is not fixed."""
    if len(found) != 1 or traits & _OPEN:
        return Truth.UNKNOWN
    truth = found.pop()
    if not traits & ENVIRONMENT:
        return truth
    return {Truth.YES: Truth.USUALLY, Truth.NO: Truth.RARELY}.get(truth, truth)


def _truth(each: Object) -> Truth:
    match each:
        case Const(value=value):
            return Truth.YES if value else Truth.NO
        case Text(text=text):
            known = text.replace(UNKNOWN, "")
            return Truth.YES if known else Truth.UNKNOWN if text else Truth.NO
        case Mod() | Cls() | Func() | Method():
            return Truth.YES
        case Items(items=held) if held:
            return Truth.YES
        case Parts(parts=held) if held:
            return Truth.YES
        case Table(rows=held) if held:
            return Truth.YES
        case Ext(path=path) if path.startswith(_READS_ENVIRONMENT):
            return Truth.RARELY
    return Truth.UNKNOWN


_OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "is": operator.eq,
    "is not": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compared(name: str, sides: tuple[Value, ...], env: Env) -> Truth:
    if name in ("in", "not in"):
        found = _contained(sides[0], sides[1], env)
        return found if name == "in" else found.negated()
    left, traits = _observed(sides[0], env)
    right, more = _observed(sides[1], env)
    traits |= more
    if _is_search(sides[0]) and right == {Const(None)} and name in _IDENTITY:
        found = _found(sides[0], env)
        return found if name in ("is not", "!=") else found.negated()
    if any(isinstance(each, Ext) and each.path.startswith(_READS_ENVIRONMENT) for each in (*left, *right)):
        left, right, traits = _unset(left), _unset(right), traits | ENVIRONMENT
    return _weighed({_outcome(name, one, other) for one in left for other in right}, traits)


def _unset(objects: Objects) -> Objects:
    """Objects, with None in place of what the environment has not set."""
    return frozenset(
        Const(None) if isinstance(each, Ext) and each.path.startswith(_READS_ENVIRONMENT) else each for each in objects
    )


def _outcome(name: str, left: Object, right: Object) -> Truth:
    known = _OPERATORS.get(name)
    if name in _IDENTITY and isinstance(left, _SINGLE) and isinstance(right, _SINGLE):
        return Truth.YES if (left[:2] == right[:2]) is (name in ("is", "==")) else Truth.NO
    one, other = _plain(left), _plain(right)
    if known is None or one is _NOT_PLAIN or other is _NOT_PLAIN:
        is_none = Const(None) in (left, right) and isinstance(
            right if left == Const(None) else left, (Cls, Func, Items, Method, Mod, Parts, Table)
        )
        if is_none and name in ("is", "is not", "==", "!="):
            return Truth.NO if name in ("is", "==") else Truth.YES
        return Truth.UNKNOWN
    try:
        holds = bool(known(one, other))
    except TypeError:
        return Truth.UNKNOWN
    return Truth.YES if holds else Truth.NO


_NOT_PLAIN = object()
_IDENTITY = frozenset({"is", "is not", "==", "!="})
_SINGLE = (Cls, Func, Member, Mod)  # of which there is one of each


def _plain(each: Object) -> object:
    """The constant that an object is."""
    if isinstance(each, Const):
        return each.value
    return each.text if isinstance(each, Text) and UNKNOWN not in each.text else _NOT_PLAIN


def _contained(item: Value, owner: Value, env: Env) -> Truth:
    """Whether a constant lies in a container, all of which is known."""
    items, traits = _observed(item, env)
    owners, more = _observed(owner, env)
    if any(isinstance(each, Ext) and each.path == "os.environ" for each in owners):
        return Truth.RARELY
    found = {_lies_in(_plain(one), other) for one in items for other in owners}
    return _weighed(found, traits | more)


def _lies_in(item: object, owner: Object) -> Truth:
    if item is _NOT_PLAIN:
        return Truth.UNKNOWN
    if isinstance(owner, Text) and isinstance(item, str) and UNKNOWN not in owner.text:
        return Truth.YES if item in owner.text else Truth.NO
    held: Objects = frozenset()
    match owner:
        case Items(items=held):
            pass
        case Parts(parts=places):
            held = held.union(*places)
        case Table():
            held = owner.keys
    plain = [_plain(each) for each in held]
    if item in plain:
        return Truth.YES
    is_known = isinstance(owner, (Items, Parts, Table)) and _NOT_PLAIN not in plain
    return Truth.NO if is_known else Truth.UNKNOWN


def _kind_of(value: Value, env: Env) -> Truth:
    """Whether an object is of a kind: `issubclass`, `callable`, `inspect.isclass` and the like."""
    callees = env.path(callee_of(value.path))
    path = next((each.path for each in callees if isinstance(each, Ext)), "")
    if len(callees) != 1 or path not in KINDS.values():
        return Truth.UNKNOWN
    objects, traits = _observed(value.items[0], env)
    others, more = _observed(value.items[1], env) if len(value.items) > 1 else (frozenset[Object](), 0)
    found = {is_kind(env.world, path, each, others) for each in objects}
    return _weighed({_TRUTHS[each] for each in found}, traits | more)


def _is_search(value: Value) -> bool:
    """Whether a value is what a call of `find_spec` gives, which is None for a module that is not there."""
    return value.kind is Kind.CALL and last_name(callee_of(value.path)) == "find_spec" and len(value.items) == 1


def _found(value: Value, env: Env) -> Truth:
    """Whether a module is found."""
    callees = env.path(callee_of(value.path))
    if not all(isinstance(each, Ext) and each.path in SPEC_FUNCTIONS for each in callees):
        return Truth.UNKNOWN
    names, traits = _observed(value.items[0], env)
    return _weighed({_TRUTHS[_is_there(each, env)] for each in names}, traits)


def _is_there(module: Object, env: Env) -> bool | None:
    """Whether there is a module of a name; None where an environment decides that is not known."""
    if not isinstance(module, Text) or UNKNOWN in module.text:
        return None
    project = env.world.project
    if project.find(module.text) is not None or project.origin(module.text) is Origin.STDLIB:
        return True
    return False if project.lacks(module.text) else None


_TRUTHS = {True: Truth.YES, False: Truth.NO, None: Truth.UNKNOWN}


def _is_affix(path: str) -> bool:
    """Whether a path is a call of a string's method that compares how it begins or ends."""
    callee = callee_of(path)
    return is_call(path) and (is_attribute(callee, "startswith") or is_attribute(callee, "endswith"))


def _affix(value: Value, env: Env) -> Truth:
    """Whether a string begins or ends with others."""
    path, method = split_last(callee_of(value.path))
    owner = value.owner[0] if value.owner else Value(Kind.PATH, path=path)
    texts, traits = _observed(owner, env)
    affixes, more = _observed(value.items[0], env)
    found = {_affixed(method, one, other) for one in texts for other in affixes}
    return _weighed(found, traits | more)


def _affixed(method: str, one: Object, other: Object) -> Truth:
    if not isinstance(one, Text) or not isinstance(other, Text) or UNKNOWN in one.text + other.text:
        return Truth.UNKNOWN
    return Truth.YES if getattr(one.text, method)(other.text) else Truth.NO
