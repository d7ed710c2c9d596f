"""A boot as the rules see it: what startup reaches, what its packages cost, and what it takes to be rid of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from ..config.entry_target import MAIN
from ..costs.estimator import Interval
from ..costs.ranks import Ranks, ranks
from ..files.paths import shown_file
from ..model import UNKNOWN, Started
from ..model.messages import NOT_REACHED

Place = tuple[str, int]  # of a statement: the file, as `startup.shown` gives it, and the line


@dataclass(frozen=True)  # no slots: places are looked up with every finding
class Cause:
    """A package that the boot pays for: statements go together for saving_ms, route are the modules on the way.

    entry is the entry point that the route begins at. ms is what importing it costs. blocked are those among the
    statements that something needs while the app starts, the one that a finding belongs on first. part_of is the
    package that must stay and brings this one in anyway, followers the number of further statements that name the
    package or one that it brings in so. unknown are packages without a figure that stay, and may bring it in as well,
    perhaps says what else may.
    """

    package: str
    ms: float
    saving_ms: float
    statements: tuple[Place, ...]
    route: tuple[str, ...]
    entry: str
    blocked: tuple[Place, ...] = ()
    part_of: str = ""
    followers: int = 0
    unknown: tuple[str, ...] = ()
    perhaps: str = ""
    interval: Interval | None = None  # around ms, where that is estimated

    def goes(self, place: Place) -> bool:
        """Whether the statement at a place is one of those that go together."""
        return place in self._going

    def is_blocked(self, place: Place) -> bool:
        """Whether something needs the statement at a place while the app starts."""
        return place in self._blocked

    @cached_property
    def _going(self) -> frozenset[Place]:
        return frozenset(self.statements)

    @cached_property
    def _blocked(self) -> frozenset[Place]:
        return frozenset(self.blocked)


@dataclass(frozen=True, slots=True)
class Link:
    """An import of the project's own that can wait, and without which a package that cannot wait is not loaded.

    chain are the modules from the imported one to the package, others further packages that it is above. together are
    the other statements that have to wait as well, for what is saved by all of them.
    """

    path: str
    line: int
    package: str
    saving_ms: float
    chain: tuple[str, ...]
    others: tuple[str, ...] = ()
    together: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Loader:
    """A statement that may load modules whose names are not known: may_load has UNKNOWN for any text in them."""

    path: str
    line: int
    may_load: tuple[str, ...]

    def may_reach(self, module: str) -> bool:
        """Whether a module may be one of them."""
        return any(_may_be(each, module) for each in self.may_load)


def _may_be(name: str, module: str) -> bool:
    """Whether a name with unknown parts may be a module's: the known ones stand in it, in their order.

    Each is looked for once, behind the one before it: `re` would try all places of many parts in turn.
    """
    first, *rest = name.split(UNKNOWN)
    if not rest:
        return name == module
    *between, last = rest
    at, end = len(first), len(module) - len(last)
    if at > end or not (module.startswith(first) and module.endswith(last)):
        return False
    for each in between:
        found = module.find(each, at, end)
        if found < 0:
            return False
        at = found + len(each)
    return True


@dataclass(frozen=True)  # no slots: links are looked up with every file
class Boot:
    """A boot as the rules see it. Paths are as `startup.shown` gives them; causes come dearest first."""

    entries: tuple[str, ...]
    why: str
    configured: bool
    total_ms: float  # where the environment is unset
    files: frozenset[str]
    statements: frozenset[tuple[str, int]]
    imported: frozenset[str]  # the files that another module imports
    started: frozenset[str]  # the files of the entry points
    causes: tuple[Cause, ...]
    links: tuple[Link, ...]
    started_functions: Mapping[str, Mapping[Started, str]] = field(default_factory=dict)  # by file
    loaders: tuple[Loader, ...] = ()
    more_ms: float = 0.0  # beyond total_ms, where the variables are set
    variables: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()  # the third-party packages that no figure is known of
    digest: str = ""  # what tells it from another boot

    def reaches(self, filename: str) -> bool:
        """Whether startup loads a file."""
        return shown_file(filename) in self.files

    def doubt(self, filename: str) -> str | None:
        """Why a file that startup does not seem to load may be loaded all the same; None where it surely is not.

        An entry point that was only found may be the wrong one.
        """
        first, *others = self.entries
        more = f" and {len(others)} other{'s' if len(others) > 1 else ''}" if others else ""
        seems = f"startup from {first}{more} {NOT_REACHED}"
        path = PurePath(shown_file(filename))
        parts = (*path.parts[:-1], path.stem)
        if parts[-1:] == ("__init__",):
            parts = parts[:-1]
        names = [".".join(parts[start:]) for start in range(len(parts)) if all(map(str.isidentifier, parts[start:]))]
        loader = next((each for each in self.loaders if any(map(each.may_reach, names))), None)
        if loader is not None:
            return f"{seems}, unless {loader.path}:{loader.line} loads it"
        return None if self.configured else seems

    def runs(self, filename: str, line: int) -> bool:
        """Whether startup executes the import statement on a line of a file."""
        return (shown_file(filename), line) in self.statements

    def started_in(self, filename: str) -> Mapping[Started, str]:
        """The functions of a file that startup runs, each with what calls it, for a message to go on with."""
        return self.started_functions.get(shown_file(filename), {})

    def is_imported(self, filename: str) -> bool:
        """Whether startup imports a file from another one."""
        return shown_file(filename) in self.imported

    def is_entry(self, filename: str) -> bool:
        """Whether a file is where startup begins."""
        return shown_file(filename) in self.started

    def has_findings_in(self, filename: str) -> bool:
        """Whether the boot itself may have findings in a file, whatever the file's text is: on budgets and links."""
        return self.is_entry(filename) or bool(self.links_in(filename))

    def is_program(self, filename: str) -> bool:
        """Whether startup runs a file as a program."""
        return self.is_entry(filename) and any(each.partition(":")[2] == MAIN for each in self.entries)

    def links_in(self, filename: str) -> tuple[Link, ...]:
        """The links that stand in a file."""
        return tuple(self._links.get(shown_file(filename), ()))

    @cached_property
    def _links(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for each in self.links:
            found.setdefault(each.path, []).append(each)
        return found

    def cause(self, package: str) -> tuple[Ranks, Cause] | None:
        """The ranks of a package among all that the boot pays for, and its cause; None if it pays nothing for it."""
        for rank, each in zip(self._ranks, self.causes, strict=True):
            if package == each.package or package.startswith(f"{each.package}."):
                return rank, each
        return None

    @cached_property
    def _ranks(self) -> list[Ranks]:
        return ranks([(each.ms, each.interval) for each in self.causes])
