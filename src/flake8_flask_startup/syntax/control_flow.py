"""Where control leaves a block early, and what of the statements behind it that makes conditional.

In: the statements of a block, already judged. Out: for each block the tests under which it is left by `return`,
`break`, `continue`, `raise` or the end of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple

from .places import OTHER_TEST, Test
from .values import OTHER, Kind, Value

MAX_SIZE = 60  # values in the formula of one test: a chain of a thousand guards would make as long a one for each
# What no statement comes behind, called or raised.
ENDS = frozenset({"SystemExit", "exit", "os._exit", "os.abort", "quit", "sys.exit"})
_ENDING = frozenset({"raises", "exits"})
_ALWAYS = Test(Value(Kind.CONSTANT, True), usual=True)


class Leaves(NamedTuple):
    """The tests under which control leaves a block, by how it does; ends says that it never comes to the end of it."""

    ways: Mapping[str, Test] = MappingProxyType({})
    ends: bool = False

    def then(self, later: Leaves) -> Leaves:
        """Return how two stretches of code, one behind the other, are left."""
        if later is NOWHERE or self is NOWHERE:
            return self if later is NOWHERE else later
        ways = dict(self.ways)
        for exit_kind, test in later.ways.items():
            ways[exit_kind] = either(ways[exit_kind], test) if exit_kind in ways else test
        return Leaves(ways, self.ends or later.ends)

    def under(self, test: Test) -> Leaves:
        """Return how a block is left that runs under a test."""
        return Leaves({exit_kind: _both(test, each) for exit_kind, each in self.ways.items()}) if self.ways else NOWHERE

    def without(self, *ways: str) -> Leaves:
        """Return how a statement is left that catches some of the ways that its block is left."""
        return Leaves({exit_kind: test for exit_kind, test in self.ways.items() if exit_kind not in ways}, self.ends)

    def behind(self, awaited: frozenset[str]) -> tuple[Test | None, Test | None]:
        """Return what has to hold for the rest of a block to run, and for the start not to end there.

        awaited are the ways of ending it that a `try` around the block goes on from.
        """
        ending = _ENDING - awaited
        stays = [test for exit_kind, test in self.ways.items() if exit_kind not in ending]
        ends = [test for exit_kind, test in self.ways.items() if exit_kind in ending]
        return (
            negated(reduce(either, stays)) if stays else None,
            negated(reduce(either, ends))._replace(usual=True, raises="raises" in self.ways) if ends else None,
        )


NOWHERE = Leaves()
NORMALLY = Test(OTHER, usual=True)  # where nothing is raised
EXCEPTIONALLY = Test(OTHER, usual=False)
RETURNS = Leaves({"returns": _ALWAYS}, ends=True)
BREAKS = Leaves({"breaks": _ALWAYS}, ends=True)
CONTINUES = Leaves({"continues": _ALWAYS}, ends=True)
RAISES = Leaves({"raises": _ALWAYS}, ends=True)
EXITS = Leaves({"exits": _ALWAYS}, ends=True)


def branched(test: Test, body: Leaves, otherwise: Leaves) -> Leaves:
    """Return how an `if` is left whose branches are left in these ways."""
    if body is otherwise is NOWHERE:
        return NOWHERE
    found = body.under(test).then(otherwise.under(negated(test)))
    return found._replace(ends=body.ends and otherwise.ends)


def attempted(body: Leaves, otherwise: Leaves, handled: Sequence[tuple[Test, Leaves]], *, ends: bool) -> Leaves:
    """Return how a `try` is left whose body, `else` and handlers, each run under a test, are left in these ways.

    ends says that the body never comes to the end of the statement by itself.
    """
    found = body.then(otherwise)
    if not handled:
        return found
    found = found.under(NORMALLY)
    for test, each in handled:
        found = found.then(each.under(test))
    return found._replace(ends=ends and all(each.ends for _, each in handled))


def only_raises(body: Leaves) -> bool:
    """Return whether a block always ends by an exception."""
    return body.ends and set(body.ways) == {"raises"}


def case_test(case: ast.match_case, subject: ast.expr) -> ast.expr | None:
    """Return the test that a case of a `match` makes, as an `if` would spell it; None where its pattern takes apart."""
    found = _pattern_test(case.pattern, subject)
    if found is None or case.guard is None:
        return found
    return ast.copy_location(ast.BoolOp(ast.And(), [found, case.guard]), case.pattern)


def _pattern_test(pattern: ast.pattern, subject: ast.expr) -> ast.expr | None:
    made: ast.expr | None = None
    match pattern:
        case ast.MatchValue(value=value):
            made = ast.Compare(subject, [ast.Eq()], [value])
        case ast.MatchSingleton(value=constant):
            made = ast.Compare(subject, [ast.Is()], [ast.copy_location(ast.Constant(constant), pattern)])
        case ast.MatchAs(pattern=None):
            made = ast.Constant(value=True)
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _pattern_test(inner, subject)
        case ast.MatchOr(patterns=patterns):
            tests = [test for each in patterns if (test := _pattern_test(each, subject)) is not None]
            made = ast.BoolOp(ast.Or(), tests) if len(tests) == len(patterns) else None
    return None if made is None else ast.copy_location(made, pattern)


def is_irrefutable(case: ast.match_case) -> bool:
    """Return whether a case of a `match` takes whatever comes to it."""
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def repeated(body: Leaves, *, forever: bool) -> Leaves:
    """Return how a loop is left; one without an end is left by `break` alone, any other may have no turn."""
    if body is NOWHERE and not forever:
        return NOWHERE
    if forever:
        leaves = body.without("breaks", "continues")
        return leaves.under(OTHER_TEST)._replace(ends="breaks" not in body.ways)
    return body.without("breaks", "continues").under(OTHER_TEST)


def negated(test: Test) -> Test:
    """Return the test that holds where one does not."""
    value = test.value.items[0] if test.value.kind is Kind.NOT else Value(Kind.NOT, items=(test.value,))
    return Test(value, None if test.usual is None else not test.usual)


def either(one: Test, other: Test) -> Test:
    """Return the test that holds where one of two does."""
    usual = True if True in (one.usual, other.usual) else None if None in (one.usual, other.usual) else False
    return Test(_joined("or", one.value, other.value), usual)


def _both(one: Test, other: Test) -> Test:
    if other is _ALWAYS:
        return one
    usual = False if False in (one.usual, other.usual) else None if None in (one.usual, other.usual) else True
    return Test(_joined("and", one.value, other.value), usual)


def _joined(operator: str, one: Value, other: Value) -> Value:
    if _size(one) + _size(other) > MAX_SIZE:
        return OTHER_TEST.value
    return Value(Kind.CHOICE, operator, items=(one, other))


def _size(value: Value) -> int:
    return 1 + sum(map(_size, value.items))
