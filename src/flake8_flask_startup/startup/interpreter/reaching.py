"""Which of the bindings of a name count at a point of the code: the last one, and those that may have come after it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ...project.modules import ModuleFacts
from ...syntax.symbol_table import Binding, BindingKind, Point
from ..values.environment import Env

END = Point(2**62, ())


class _Split(NamedTuple):
    """The bindings of a name of a scope."""

    here: list[Binding]  # by the code that the scope is of, in its order
    orders: list[int]  # of those
    elsewhere: list[Binding]  # by `global` in a function


class Reaching:
    """The bindings that reach a point; knows how far each module of the project has been loaded."""

    def __init__(self) -> None:
        self._moments: dict[str, Point] = {}
        self._splits: dict[tuple[str, int, str, int], _Split] = {}  # by module, scope, name, and how many there are

    def move(self, module: str, point: Point) -> None:
        """Say how far the code of a module has run."""
        self._moments[module] = point

    def moment(self, module: str) -> Point | None:
        """How far the code of a module has run; None for one that is not loaded."""
        return self._moments.get(module)

    def at(
        self, name: str, bindings: Sequence[Binding], said: ModuleFacts, home: int, env: Env
    ) -> tuple[list[Binding], bool]:
        """The bindings of a name of a scope that reach an environment; and whether others may before startup ends."""
        flow = said.facts.function_of(home)
        point, moves = env.at, False
        if said.facts.function_of(env.scope) != flow:
            if flow:
                return list(bindings), False  # a closure, called whenever
            point = self.moment(said.file.name)
            moves = point is not None and point is not END
        if point is None:
            return list(bindings), moves
        key = (said.file.name, home, name, len(bindings))
        if key not in self._splits:
            self._splits[key] = _split(bindings, said, flow)
        split = self._splits[key]
        return [*(_reaching(split, point, said) or split.here), *split.elsewhere], moves


def _split(bindings: Sequence[Binding], said: ModuleFacts, flow: int) -> _Split:
    here: list[Binding] = []
    elsewhere: list[Binding] = []
    for each in bindings:
        (here if said.facts.function_of(each.place.scope) == flow else elsewhere).append(each)
    here.sort(key=lambda binding: binding.order)
    return _Split(here, [each.order for each in here], elsewhere)


def _reaching(split: _Split, point: Point, said: ModuleFacts) -> list[Binding]:
    found: list[Binding] = []
    last: Binding | None = None
    filled: set[int] = set()  # blocks that bind the name, of those one of which runs
    coming = bisect_right(split.orders, point.order)
    for at in range(coming - 1, -1, -1):
        each = split.here[at]
        if each.kind is not BindingKind.DELETE:
            found.append(each)
        branch = each.place.branch
        if branch == point.branch[: len(branch)]:
            last = each
            break
        filled.add(branch[-1])
        together = said.facts.exhaustive.get(branch[-1])
        if together is not None and together <= filled and branch[:-1] == point.branch[: len(branch) - 1]:
            last = each._replace(place=each.place._replace(branch=branch[:-1]))
            break
    found.reverse()
    loops = {each for each in point.branch if each < 0}
    before = set() if last is None else {each for each in last.place.branch if each < 0}
    looped = loops - before
    later = split.here[coming:] if looped else ()
    return [*found, *[each for each in later if looped.intersection(each.place.branch)]]
