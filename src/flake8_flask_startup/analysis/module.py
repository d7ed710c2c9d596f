"""The file under judgement: its semantic model, and the questions that the rest of the project answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..costs.table import CostTable
from ..inference.queries import Settled
from ..model import Started
from ..project.references import Neighbourhood
from ..syntax.facts import Facts
from ..syntax.resolver import Names
from ..syntax.symbol_table import Import
from .reflection import Reflections


class NeededElsewhere(Protocol):
    """Why another file needs a name of the module, empty if none does; is_starred says that star imports take it."""

    def __call__(self, name: str, *, is_starred: bool) -> str:  # noqa: D102  # as above
        ...


@dataclass(frozen=True, slots=True)
class Module:
    """The file under judgement. is_package says it is an `__init__`; is_first_party that a top-level name is ours."""

    facts: Facts
    names: Names
    settled: Settled
    is_package: bool
    is_first_party: Callable[[str], bool]
    is_kept: Callable[[int], bool]  # whether the `noqa` comment on a line says that an unused import stays
    is_program: Callable[[], bool] = lambda: False  # whether startup runs the module as `__main__`
    runs: Callable[[int], bool] = lambda _: False  # whether the boot of the project executes the import on a line
    lines_with: Callable[[Iterable[str]], Iterable[int]] = lambda _: ()  # where words stand in a file not wholly read
    reflections: Reflections | None = None
    needed_elsewhere: NeededElsewhere = lambda _, *, is_starred: ""  # noqa: ARG005  # as the protocol has it
    read_at_start: Callable[[str], bool] = lambda _: True  # whether another file may read a name before startup is done
    called_at_start: Callable[[str], Collection[str] | None] = lambda _: None  # methods by which others use an object
    # until then; None if they may use it otherwise
    missed_elsewhere: Callable[[], str] = lambda: ""  # which file does without the module where an import in it fails
    outside: Callable[[str], Collection[str]] = lambda _: ()  # what a raw path is in other packages, by other files
    listed: Callable[[], Collection[str]] = lambda: ()  # the names in an `__all__` that is put together
    started: Callable[[Callable[[str], bool]], Mapping[Started, str]] = lambda _: {}  # functions that startup runs, and
    # what calls each; asked with what tells whether a call of a name of the module may come to something that matters
    place: Neighbourhood | None = None  # among the other files of its project
    prices: CostTable = field(default_factory=CostTable)  # of modules
    is_looked_into: Callable[[], bool] = lambda: False  # whether Flask is given the module alone, to find the app in it
    keeps_texts: bool = False  # whether annotations that are texts count as read only where something evaluates them

    def imports_judged_at(self, line: int) -> tuple[Import, ...]:
        """The imports of the statements on a line, less those that may stay: of other packages, which cost nothing."""
        imports = tuple(self.facts.imports_at(line))
        dear = tuple(each for each in imports if not self._is_free(each)) if len(imports) > 1 else ()
        return dear or imports

    def _is_free(self, each: Import) -> bool:
        is_own = each.level or self.is_first_party(each.module.partition(".")[0])
        return not is_own and not self.prices.cost([each.dotted]).ms

    def read_mentions(self, words: Iterable[str]) -> Iterator[int]:
        """Read the functions that one of the words stands in, one after the other; their numbers as they are read."""
        facts = self.facts
        for number in facts.functions_at(self.lines_with(words)) if facts.unread else ():
            if number in facts.unread:
                facts.read(number)
                yield number
