"""A boot as the rules see it: what startup reaches, what its packages cost, and what it takes to be rid of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..files.paths import shown_file
from ..model import Started


@dataclass(frozen=True)  # no slots: places are looked up with every finding
class Bill:
    """A package that the boot pays for: statements go together for saving_ms, route are the modules on the way.

    blocked are those among the statements that something needs while the app starts.
    """

    package: str
    saving_ms: float
    statements: tuple[tuple[str, int], ...]
    route: tuple[str, ...]
    blocked: tuple[tuple[str, int], ...] = ()

    def goes(self, place: tuple[str, int]) -> bool:
        """Whether the statement at a place is one of those that go together."""
        return place in self._going

    def is_blocked(self, place: tuple[str, int]) -> bool:
        """Whether something needs the statement at a place while the app starts."""
        return place in self._blocked

    @cached_property
    def _going(self) -> frozenset[tuple[str, int]]:
        return frozenset(self.statements)

    @cached_property
    def _blocked(self) -> frozenset[tuple[str, int]]:
        return frozenset(self.blocked)


@dataclass(frozen=True, slots=True)
class Link:
    """An import of the project's own that can wait, and without which a package that cannot wait is not loaded.

    chain are the modules from the imported one to the package.
    """

    path: str
    line: int
    package: str
    saving_ms: float
    chain: tuple[str, ...]


@dataclass(frozen=True)  # no slots: links are looked up with every file
class Boot:
    """A boot as the rules see it. Paths are as `startup.shown` gives them; bills come dearest first."""

    entries: tuple[str, ...]
    why: str
    configured: bool
    total_ms: float
    files: frozenset[str]
    statements: frozenset[tuple[str, int]]
    imported: frozenset[str]  # the files that another module imports
    started: frozenset[str]  # the files of the entry points
    bills: tuple[Bill, ...]
    links: tuple[Link, ...]
    started_functions: Mapping[str, Mapping[Started, str]] = field(default_factory=dict)  # by file
    digest: str = ""  # what tells it from another boot

    def reaches(self, filename: str) -> bool:
        """Whether startup loads a file."""
        return shown_file(filename) in self.files

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

    def links_in(self, filename: str) -> tuple[Link, ...]:
        """The links that stand in a file."""
        return tuple(self._links.get(shown_file(filename), ()))

    @cached_property
    def _links(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for each in self.links:
            found.setdefault(each.path, []).append(each)
        return found

    def bill(self, package: str) -> tuple[int, Bill] | None:
        """The rank of a package among all that the boot pays for, and its bill; None if it pays nothing for it."""
        for rank, each in enumerate(self.bills, 1):
            if package == each.package or package.startswith(f"{each.package}."):
                return rank, each
        return None
