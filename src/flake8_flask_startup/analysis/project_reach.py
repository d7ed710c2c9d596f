"""Which functions of a file run, given what the project's other files do with the objects of its module.

What other files do decides little: an object of the module that one of them reads runs more. So two quick answers come
first, as if they read every name of the module and as if they read none; they are searched only about the functions on
which the two differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial

from .call_graph import Reach, Trail
from .module import Module


class ProjectReach(Reach):
    """Follows calls in the file of a module, as `Reach` does, and asks the other files where that may matter."""

    def __init__(self, module: Module) -> None:
        super().__init__(
            module.facts,
            module.names,
            module.reflections,
            module.read_at_start,
            module.called_at_start,
            module.outside,
        )
        self._most = Reach(module.facts, module.names, module.reflections)
        self._least = Reach(
            module.facts, module.names, module.reflections, lambda _: False, lambda _: (), module.outside
        )

    def loading(self) -> Mapping[int, Trail]:
        """The function scopes that run while the module loads, each with the call in module code that starts it."""
        return _Bounded(self._least.loading, super().loading, self._most.loading())

    def running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that run when a function does, itself and what decorators made of it included."""
        least, exact = partial(self._least.running, function), partial(super().running, function)
        return _Bounded(least, exact, self._most.running(function))

    def run_by(self, functions: Iterable[int]) -> Mapping[int, Trail]:
        """The function scopes that run when any of some functions does."""
        starts = list(functions)
        exact = super().running
        return _Bounded(
            lambda: _merged(map(self._least.running, starts)),
            lambda: _merged(map(exact, starts)),
            _merged(map(self._most.running, starts)),
        )


class _Bounded(Mapping[int, Trail]):
    """The functions that run: at least some, at most others, and exactly which where it makes a difference."""

    def __init__(
        self,
        find_least: Callable[[], Mapping[int, Trail]],
        find_exact: Callable[[], Mapping[int, Trail]],
        most: Mapping[int, Trail],
    ) -> None:
        self._find_least = find_least
        self._find_exact = find_exact
        self._most = most

    @cached_property
    def _least(self) -> Mapping[int, Trail]:
        return self._find_least()

    @cached_property
    def _exact(self) -> Mapping[int, Trail]:
        return self._find_exact()

    def __getitem__(self, function: int) -> Trail:
        if function not in self._most:
            raise KeyError(function)
        if function in self._least:
            return self._least[function]
        return self._exact[function]

    def __iter__(self) -> Iterator[int]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)


def _merged(found: Iterable[Mapping[int, Trail]]) -> dict[int, Trail]:
    return {function: trail for each in found for function, trail in each.items()}
