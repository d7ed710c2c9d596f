"""What a rule is: a code, a name, and a pure function from a context to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, Flag
from functools import cached_property
from pathlib import PurePath

from ..analysis.call_graph import Reach, Trail
from ..analysis.factories import factories
from ..analysis.verdicts import Verdict
from ..config.settings import Settings
from ..inference.queries import Settled
from ..model import Finding
from ..startup.boot import Boot
from ..syntax.facts import Facts
from ..syntax.resolver import Names
from ..syntax.symbol_table import Store
from .rule_names import code_and_name


@dataclass(frozen=True)  # no slots: what few rules ask for is worked out when the first of them asks
class Context:
    """All that a rule may look at: one file's facts, its names, its priced imports, the settings."""

    path: PurePath
    facts: Facts
    names: Names
    verdicts: tuple[Verdict, ...]
    settings: Settings
    is_first_party: Callable[[str], bool]  # of top-level module names
    startup: Callable[[], Boot | None]  # the boot of the project, which is costly to draw up
    settled: Settled  # what other files make of the file's names
    call_ms: Callable[[str], float | None]  # what a call by its dotted name was measured to cost; None if it was not
    is_executable: bool = False  # whether the first line says which program runs the file

    @cached_property
    def boot(self) -> Boot | None:
        """The boot of the project, None without an entry point."""
        return self.startup()

    @cached_property
    def stores(self) -> Mapping[str, Sequence[Store]]:
        """The assignments to attributes and items, by raw path."""
        found: dict[str, list[Store]] = {}
        for each in self.facts.stores:
            found.setdefault(each.path, []).append(each)
        return found

    @cached_property
    def loading(self) -> Mapping[int, Trail]:
        """The function scopes that surely run while the module loads."""
        return Reach(self.facts, self.names).surely_loading()

    @cached_property
    def loading_outside_factories(self) -> Mapping[int, Trail]:
        """The function scopes that surely run while the module loads, and not because a factory is called."""
        found = factories(self.facts, self.names, self.settled, self.settings)
        return Reach(self.facts, self.names).surely_loading(without=frozenset(found))

    @cached_property
    def starting(self) -> Mapping[int, Trail]:
        """The function scopes that surely run when a factory does, each with the name of the factory."""
        reach = Reach(self.facts, self.names)
        found: dict[int, Trail] = {}
        for number in factories(self.facts, self.names, self.settled, self.settings):
            found = {**reach.surely_running(number), **found}
        return found


Check = Callable[[Context], Iterable[Finding]]


class Trait(Flag):
    """What else about a rule matters to those who place and rank what it finds.

    Each bit has a name of its own: Python 3.11.2, which Debian 12 ships, drops those without one where two are joined.
    """

    NONE = 0
    PRICED = 1  # only imports that cost something break it
    OF_OPTIONS = 2  # its words may come from options: classes of apps, factories
    DEFERS = 4  # it says that an import can wait
    NEEDED = 8  # it says that an import must stay
    STATEMENT = 16  # about an import statement
    FATE = 32  # about what may become of one
    IMPORT = STATEMENT | PRICED
    HEAVY = FATE | IMPORT


class Extent(Enum):
    """How much of a file a rule looks at."""

    LOADING = "loading"  # module code, what that runs, and factories
    NEARBY = "nearby"  # that, and the functions that have one of the rule's words in them; all, where module code has


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each
class Rule:
    """A rule, with what tells of a file that it cannot break it: then the file is not even walked.

    A file that breaks it has one of its words in its text, or imports one of its top-level packages. A name of imports
    that ends in "_" stands for all packages that begin so. words_with are words that count only where a package is
    imported. others, if there are any, are words of which the file must have one as well. Only imports that cost
    something break a rule that is PRICED. A rule without any of these looks at all of every file.

    The code and the name are those of the module and the page: fst404_sleep_at_import is FST404 sleep-at-import.
    """

    code: str
    name: str
    words: tuple[str, ...]
    imports: tuple[str, ...]
    words_with: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    extent: Extent
    check: Check
    traits: Trait

    @property
    def is_open(self) -> bool:
        """Whether any file may break the rule, as far as it says."""
        return not (Trait.PRICED in self.traits or self.words or self.imports or self.words_with)


def rule(
    *,
    words: tuple[str, ...] = (),
    imports: tuple[str, ...] = (),
    words_with: Mapping[str, tuple[str, ...]] | None = None,
    others: tuple[str, ...] = (),
    extent: Extent = Extent.LOADING,
    traits: Trait = Trait.NONE,
) -> Callable[[Check], Rule]:
    """Make a rule of a check."""

    def made(check: Check) -> Rule:
        code, name = code_and_name(check.__module__)
        return Rule(code, name, words, imports, words_with or {}, others, extent, check, traits)

    return made
