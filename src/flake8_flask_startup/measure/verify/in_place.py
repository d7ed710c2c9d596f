"""The project as it lies in the working directory, looked at again and again while its files are edited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..bench.launch import Launch
from ..bench.rounds import RunConditions, StartError, start
from .as_text import change_lines
from .compare import sections
from .observed import Observed
from .rounds import STARTS, Requests, need_started, observed

TIMED = 5  # starts of the project as it was, and as it is


@dataclass
class InPlace:
    """version is what lies there, and command what has to end with status 0, if there is one.

    notes are what was found out besides.
    """

    version: Launch
    conditions: RunConditions
    requests: Requests
    command: Launch | None = None
    notes: list[str] = field(default_factory=list)
    _before: list[Observed] = field(default_factory=list)
    _after: list[Observed] = field(default_factory=list)
    _states: int = 0

    def look(self) -> None:
        """See what the project is before anything is edited.

        Raises:
            StartError: if it does not start.
        """
        self._before = self._observed(STARTS)
        need_started(self.version, self._before[0])

    def look_again(self) -> None:
        """See once more what it is, and whether the command works: with nothing edited."""
        self._before += self._observed(1)
        if self.command is not None and (reason := self._command_failure()):
            self.notes.append(f"{reason}, without the repair as well: it is not counted")
            self.command = None

    def difference(self) -> str:
        """Return the first that differs from what it was before anything was edited; '' where nothing does."""
        after = self._after = self._observed(STARTS)
        if failure := next((each.failure for each in after if each.failure), ""):
            return f"does not start: {failure}"
        for section in sections(self._before, after):
            if section.changes:
                return f"{section.name}: {', '.join(change_lines(section.changes[0]))}"
        return self._command_failure()

    @property
    def modules(self) -> frozenset[str]:
        """The modules that every start loaded when it was last compared."""
        return frozenset.intersection(*(each.modules for each in self._after)) if self._after else frozenset()

    def cpu_ms(self) -> float:
        """Return what starting takes: milliseconds of CPU time, with cached bytecode, the least of some starts.

        What else a machine does only adds to a start, and starts before and after an edit cannot take turns.
        """
        return self._least_ms(self.version)

    def flask_ms(self) -> float:
        """Return what importing Flask takes with the same interpreter, measured alike: the yardstick of a prediction.

        Raises:
            StartError: where it cannot be imported outside of the project.
        """
        alone = replace(self.version, arguments=("flask",), folder=self.conditions.scratch, path=(), within=None)
        return self._least_ms(alone)

    def _least_ms(self, launch: Launch) -> float:
        conditions = self._fresh()
        start(launch, conditions)
        return min(start(launch, conditions).cpu_ms for _ in range(TIMED))

    def _observed(self, times: int) -> list[Observed]:
        conditions = self._fresh()
        return [observed(self.version, conditions, self.requests) for _ in range(times)]

    def _command_failure(self) -> str:
        if self.command is None:
            return ""
        try:
            start(self.command, self._fresh())
        except StartError as error:
            return str(error)
        return ""

    def _fresh(self) -> RunConditions:
        """The same with bytecode of its own: two edits of one second and one size are the same to Python's cache."""
        self._states += 1
        folder = self.conditions.scratch / f"state-{self._states}"
        folder.mkdir()
        return replace(self.conditions, scratch=folder)
