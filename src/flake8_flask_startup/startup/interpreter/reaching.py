"""Which of the bindings of a name count at a point of the code: the last one, and those that may have come after it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ...project.module_facts import ModuleFacts
from ...syntax.places import Point
from ...syntax.symbol_table import Binding, BindingKind
from ..values.environment import Env

END = Point(2**62, ())
FEW = 8  # bindings that are quickly found again
MAX_REACHING = 64  # bindings of one name at one point that are all followed


class _Split(NamedTuple):
    """The bindings of a name of a scope."""

    here: list[Binding]  # by the code that the scope is of, in its order
    orders: list[int]  # of those
    elsewhere: list[Binding]  # by `global` in a function
    found: dict[Point, Sequence[Binding]]  # where many of those reach a point, which others ask for as often


class Reaching:
    """The bindings that reach a point; knows how far each module of the project has been loaded."""

    def __init__(self) -> None:
        self.moves = 0  # of all modules together
        self._moments: dict[str, Point] = {}
        # By module, scope, name, and how many there are where not all are the scope's own.
        self._splits: dict[tuple[str, int, str, int], _Split] = {}

    def move(self, module: str, point: Point) -> None:
        """Say how far the code of a module has run."""
        self.moves += 1
        self._moments[module] = point

    def moment(self, module: str) -> Point | None:
        """How far the code of a module has run; None for one that is not loaded."""
        return self._moments.get(module)

    def at(
        self, name: str, bindings: Sequence[Binding], code: ModuleFacts, home: int, env: Env
    ) -> tuple[Sequence[Binding], bool]:
        """The bindings of a name of a scope that reach an environment; and whether others may before startup ends.

        More than MAX_REACHING are not all there are.
        """
        flow = code.facts.function_of(home)
        point, moves = env.at, False
        if code.facts.function_of(env.scope) != flow:
            if flow:
                return bindings[: MAX_REACHING + 1], False  # a closure, called whenever
            point = self.moment(code.file.name)
            moves = point is not None and point is not END
        if point is None:
            return bindings[: MAX_REACHING + 1], moves
        is_own = bindings is code.facts.scopes[home].bindings.get(name)  # which grows as functions are read
        key = (code.file.name, home, name, 0 if is_own else len(bindings))
        split = self._splits.setdefault(key, _Split([], [], [], {}))
        _add(split, bindings[len(split.here) + len(split.elsewhere) :], code, flow)
        reaching = split.found.get(point)
        if reaching is None:
            reaching = _reaching(split, point, code) or split.here[: MAX_REACHING + 1]
            if len(reaching) > FEW:
                split.found[point] = reaching
        return [*reaching, *split.elsewhere[: MAX_REACHING + 1]], moves


def _add(split: _Split, bindings: Sequence[Binding], code: ModuleFacts, flow: int) -> None:
    known = len(split.here)
    for each in bindings:
        (split.here if code.facts.function_of(each.place.scope) == flow else split.elsewhere).append(each)
    if known < len(split.here):
        split.here.sort(key=lambda binding: binding.order)
        split.orders[:] = [each.order for each in split.here]
        split.found.clear()


def _reaching(split: _Split, point: Point, code: ModuleFacts) -> list[Binding]:
    found: list[Binding] = []
    last: Binding | None = None
    filled: set[int] = set()  # blocks that bind the name, of those one of which runs
    coming = bisect_right(split.orders, point.order)
    for at in range(coming - 1, -1, -1):
        each = split.here[at]
        if each.kind is not BindingKind.DELETE:
            found.append(each)
        if len(found) > MAX_REACHING:
            break
        branch = each.place.branch
        if branch == point.branch[: len(branch)]:
            last = each
            break
        filled.add(branch[-1])
        together = code.facts.exhaustive.get(branch[-1])
        if together is not None and together <= filled and branch[:-1] == point.branch[: len(branch) - 1]:
            last = each._replace(place=each.place._replace(branch=branch[:-1]))
            break
    found.reverse()
    loops = {each for each in point.branch if each < 0}
    before = set() if last is None else {each for each in last.place.branch if each < 0}
    looped = loops - before
    later = split.here[coming:] if looped else ()
    return [*found, *islice((each for each in later if looped.intersection(each.place.branch)), MAX_REACHING)]
