"""Conclusions drawn once, and kept as long as what they rest on stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ...syntax.nesting import Nesting
from .abstract_values import NOTHING, Key, Objects

MAX_STEPS = 200_000  # of one question, each object in an answer counted; the longest of six real apps took 4,598


# Traits of answers, besides what the code says outright. Plain numbers, as they are joined with every read.
PARAMETER = 1  # rests on what a parameter stands for
CHOICE = 2  # one of several, nobody can tell which
ENVIRONMENT = 4  # a variable is taken to be unset
DOUBT = 16  # only some of several answers have all of it
TAKEN = 32  # code has taken something out of a container again
UNKNOWN_PART = 8  # something that stands for nothing known is left out
SIFTED = 64  # an item that passed a test whose result is not known


_NONE = 2**62  # more than any question is inside of
# Each question of a circle is answered by going round once more, which of a long one takes the square of its length.
MAX_AGAIN = 3_000  # answers that were drawn to no avail, before those of long circles are drawn together
MAX_CIRCLE = 16  # questions, before a circle is a long one
MAX_ROUNDS = 4  # through a long circle, until none of its answers grows
MAX_DRAWN = 50_000  # answers in long circles, before they stand for good
MAX_TRIES = 3  # of a question that takes more steps than it may


class ExhaustedError(Exception):
    """A question takes more steps than it may."""


class Budget:
    """The steps that questions may take. One that takes too many leaves less to those after it."""

    def __init__(self) -> None:
        self._allowance = MAX_STEPS
        self._left = MAX_STEPS

    def renew(self) -> None:
        """Restore the allowance for the next question."""
        self._left = self._allowance

    def spend(self, steps: int) -> None:
        """Take steps off the allowance.

        Raises:
            ExhaustedError: if so many are not left.
        """
        self._left -= steps
        if self._left < 0:
            self._allowance = max(self._allowance // 2, MAX_STEPS // 1000)
            raise ExhaustedError


class Memory:
    """Remembers answers to questions that may rest on each other, even in circles.

    What rests on no parameter stands for good; what rests on one, until a call passes more. Inside a circle no more of
    an answer is known than was found so far, and what rests on that stands until the answer that the circle begins and
    ends with is there (as in Tarjan's algorithm for strongly connected components).
    """

    def __init__(self) -> None:
        self._settled: dict[Key, Objects] = {}
        self._passing: dict[Key, Objects] = {}
        self._provisional: dict[Key, Objects] = {}
        self._drawing: dict[Key, Callable[[], Objects]] = {}  # how each provisional answer was drawn
        self._again = 0  # provisional answers that were dropped
        self._drawn = 0  # answers of long circles
        self._tries: dict[Key, int] = {}  # questions that took too many steps
        self._begins: dict[Key, int] = {}  # of those that are drawn, how many questions are around their circle's first
        self._outermost = _NONE  # the least such number of what was read since the question being answered was asked
        self._questions = Nesting[Key]()
        self._resting: dict[Key, set[Key]] = {}  # what rests on a parameter, or on a conclusion that rests on one
        self._asker: Key | None = None  # the conclusion that is being drawn
        self._parameters = 0
        self._circles = 0
        self._open = 0
        self.traits = 0  # of what was read since somebody asked
        self._traits: dict[Key, int] = {}
        self._answers: dict[Key, tuple[Objects, int, int, object]] = {}  # with traits, and when each was found
        self.standing = -1  # the moment of what rests on nothing that may change; another one once all is forgotten

    def forget(self, parameter: Key) -> Sequence[Key]:
        """Drop the conclusions that rest on a parameter, of which more is known now, or on a moment that is over.

        Returns the keys of all of them.
        """
        dropped: list[Key] = []
        pending = [parameter]
        while pending:
            for each in self._resting.pop(pending.pop(), ()):
                self._passing.pop(each, None)
                pending.append(each)
                dropped.append(each)
        return dropped

    def forget_all(self) -> None:
        """Drop all conclusions: code has put something where nothing was expected."""
        self._passing.clear()
        self._settled.clear()
        self._traits.clear()
        self._answers.clear()
        self.standing -= 1

    def parameter_read(self, parameter: Key) -> None:
        """Say that the conclusion being drawn rests on a parameter."""
        self._parameters += 1
        self._rest_on(parameter)
        self.traits |= PARAMETER

    def moment_read(self, moment: Key) -> None:
        """Say that the conclusion being drawn rests on how far startup has come, which `forget` drops too."""
        self._parameters += 1
        self._rest_on(moment)

    def begin(self, key: Key) -> Key | None:
        """Watch what is read from here on; it rests on whatever answers are asked for until `resume` ends that.

        Returns what was watched so far.
        """
        self._passing[key] = NOTHING
        return self.resume(key)

    def resume(self, key: Key | None) -> Key | None:
        """Go on watching for something begun earlier, or for nothing."""
        outer, self._asker = self._asker, key
        return outer

    def holds(self, key: Key) -> bool:
        """Whether nothing has changed that was read while a key was watched; who asks rests on that too."""
        if key not in self._passing:
            return False
        self._parameters += 1
        self._rest_on(key)
        return True

    def _rest_on(self, key: Key) -> None:
        if self._asker is not None:
            self._resting.setdefault(key, set()).add(self._asker)

    def open_read(self) -> None:
        """Say that the conclusion being drawn rests on something else that startup may add to."""
        self._open += 1

    def mark(self) -> int:
        """How often something was read that may change. What is concluded without another such read stands for good."""
        return self._parameters + self._circles + self._open

    def so_far(self, key: Key, found: Objects) -> None:
        """Say what is known of an answer being drawn, for those who ask for it in a circle."""
        if found:
            self._provisional[key] = found

    def remembered(self, key: Key, conclude: Callable[[], Objects]) -> Objects:
        """The answer to a question, from memory or drawn now.

        Raises:
            ExhaustedError: if it takes too many steps, or has done so too often.
        """
        if key in self._settled:
            self.traits |= self._traits.get(key, 0)
            return self._settled[key]
        if key in self._passing:
            self._parameters += 1
            self._rest_on(key)
            self.traits |= self._traits.get(key, 0)
            return self._passing[key]
        if key in self._provisional or key in self._questions.busy:
            self._circles += 1
            around = self._questions.busy.get(key)
            self._outermost = min(self._outermost, self._begins.get(key, 0) if around is None else around)
            self._rest_on(key)
            return self._provisional.get(key, NOTHING)
        if self._tries.get(key, 0) >= MAX_TRIES:
            raise ExhaustedError
        try:
            found = self._questions.ask(key, lambda: self._concluded(key, conclude))
            if not self._questions.busy and self._is_long(len(self._provisional)):
                found = self._together(key)
        except ExhaustedError:
            if not self._questions.busy:
                self._tries[key] = self._tries.get(key, 0) + 1
            raise
        finally:
            if not self._questions.busy:
                self._provisional.clear()
                self._drawing.clear()
                self._outermost = _NONE
        if key not in self._settled:
            self._rest_on(key)
        return found

    @property
    def is_asked(self) -> bool:
        """Whether a question is being answered, whose answer others may rest on."""
        return bool(self._questions.busy)

    def answered(self, key: Key, now: int, about: object, conclude: Callable[[], Objects]) -> Objects:
        """The answer to a question of the code that is followed, which no other question asks.

        now is the moment, which the answer does not outlast unless it stands for good; about is what key is about, kept
        because its identity is in the key.
        """
        known = self._answers.get(key)
        if known is not None and (known[2] == self.standing or (known[2] == now and self.holds(key))):
            self.traits |= known[1]
            return known[0]
        mark = self.mark()
        asker = self.begin(key)
        outer, self.traits = self.traits, 0
        try:
            found = conclude()
            when = self.standing if self.mark() == mark else now
            self._answers[key] = (found, self.traits, when, about)
        finally:
            self._asker = asker
            self.traits |= outer
        if when == now:
            self.holds(key)
        return found

    def _concluded(self, key: Key, conclude: Callable[[], Objects]) -> Objects:
        parameters, circles = self._parameters, self._circles
        drawn = len(self._provisional) if self._questions.busy[key] else 0  # which may be asked from the start again
        asker, self._asker = self._asker, key
        outer, self.traits = self.traits, 0
        around, self._outermost = self._outermost, _NONE
        try:
            found = conclude()
            if self.traits or key in self._traits:
                self._traits[key] = self.traits
        except BaseException:
            self._begins.clear()  # what is left rests on questions that are no longer being answered
            self._outermost = around
            raise
        finally:
            self._asker = asker
            self.traits |= outer
        begins = self._outermost
        if is_long := self._is_long(len(self._provisional) - drawn):
            begins = 0
        if begins < self._questions.busy[key] or is_long:
            self._outermost = min(around, begins)
            self._provisional[key], self._begins[key], self._drawing[key] = found, begins, conclude
            return found
        self._outermost, self._circles = around, circles
        self._again += len(self._provisional) - drawn
        while len(self._provisional) > drawn:
            self._drawing.pop(self._provisional.popitem()[0], None)
        if self._parameters != parameters:
            self._passing[key] = found
        else:
            self._settled[key] = found
        return found

    def _is_long(self, count: int) -> bool:
        """Whether so many answers that rest on each other are too many to draw one by one."""
        return count > MAX_CIRCLE and self._again > MAX_AGAIN

    def _together(self, key: Key) -> Objects:
        """The answer to a question of a long circle; all others in it are answered as well.

        Those that still grow after some rounds are taken to lack something.
        """
        growing = set(self._drawing)
        try:
            for _ in range(MAX_ROUNDS):
                before, growing = growing, set()
                for each, conclude in list(self._drawing.items()) if before else ():
                    self._drawn += 1
                    found = self._questions.ask(each, partial(self._drawn_once_more, each, conclude))
                    if found != self._provisional.get(each):
                        self._provisional[each] = found
                        growing.add(each)
        finally:
            for each in growing:
                self._traits[each] = self._traits.get(each, 0) | CHOICE | UNKNOWN_PART
            answers = self._settled if self._drawn > MAX_DRAWN else self._passing
            answers.update((each, self._provisional[each]) for each in self._drawing)
            self.traits |= self._traits.get(key, 0)
        return self._provisional[key]

    def _drawn_once_more(self, key: Key, conclude: Callable[[], Objects]) -> Objects:
        asker, self._asker = self._asker, key
        outer, self.traits = self.traits, 0
        try:
            found = conclude()
            self._traits[key] = self.traits
        finally:
            self._asker, self.traits = asker, outer
        return found

    def observed(self, conclude: Callable[[], Objects]) -> tuple[Objects, int]:
        """An answer with the traits of what it was concluded from."""
        outer, self.traits = self.traits, 0
        try:
            return conclude(), self.traits
        finally:
            self.traits |= outer
