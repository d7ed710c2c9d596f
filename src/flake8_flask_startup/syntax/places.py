"""Where and when a statement stands: its scope, phase, and what has to hold for it to run."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from .static_conditions import Phase
from .values import OTHER, Value

MAX_NAMES = 100  # of one condition: a chain of a thousand `elif` would name as many for each


class Condition(NamedTuple):
    """The innermost `if`, `except` or the like that nothing can decide here, around a statement.

    names are the raw paths and strings that it and the tests around it mention; usual says whether the statement runs
    where the environment is unset, None if that is unknown too.
    """

    line: int
    names: tuple[str, ...]
    usual: bool | None = None

    def within(self, outer: Condition | None) -> Condition:
        """The same test nested in another, or in none."""
        if outer is None:
            return self
        both = (outer.usual, self.usual)
        usual = False if False in both else None if None in both else True
        return self._replace(names=(*outer.names, *self.names)[-MAX_NAMES:], usual=usual)


class Test(NamedTuple):
    """The condition for a statement to run; usual is its value with the environment variables unset, if known.

    raises says that an exception is raised otherwise, which ends a start that does not catch it.
    """

    value: Value
    usual: bool | None = None
    raises: bool = False


OTHER_TEST = Test(OTHER)


MAX_TESTS = 30  # of one statement


class Doubt(IntEnum):
    """Whether a statement runs; false where it surely does."""

    NONE = 0
    CONDITIONAL = 1
    UNUSUAL = 2  # not where the environment is unset


class Place(NamedTuple):
    """Where and when a statement stands."""

    scope: int
    phase: Phase
    condition: Condition | None = None
    optional: bool = False  # in a `try` that survives ImportError
    tests: tuple[Test, ...] = ()  # those that the trace weighs: of the blocks around it and the guards before it
    branch: tuple[int, ...] = ()  # the blocks around it that need not run, or not once; loops have negative numbers

    def under(self, test: Test) -> Place:
        """The same place where a test has to hold besides; past a bound the tests become one that nothing decides."""
        if len(self.tests) < MAX_TESTS:
            return self._replace(tests=(*self.tests, test))
        last = self.tests[-1]
        both = (last.usual, test.usual)
        usual = False if False in both else None if None in both else True
        return self._replace(tests=(*self.tests[:-1], Test(OTHER, usual)))

    @property
    def doubt(self) -> Doubt:
        """How sure it is that the statement runs whenever what it stands in does."""
        if not self.is_conditional:
            return Doubt.NONE
        return Doubt.UNUSUAL if self.condition is not None and self.condition.usual is False else Doubt.CONDITIONAL

    @property
    def is_conditional(self) -> bool:
        """Whether a condition is around it that need not hold where the environment is unset."""
        return self.condition is not None and self.condition.usual is not True


class Point(NamedTuple):
    """A moment in the code of a function or module: what stands before it has run, as far as its blocks do."""

    order: int
    branch: tuple[int, ...]


def surely_before(place: Place, later: Place) -> bool:
    """Return whether code at a place, which stands above that of another, runs wherever that does."""
    return place.scope == later.scope and later.branch[: len(place.branch)] == place.branch
