"""The analysis of an open folder, which is the working directory: what the linter finds in texts that it does not hold.

What `flask-startup check --stdin-display-name NAME -` reports there, by the functions that this command calls.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from flake8.exceptions import ExecutionError
from flake8.violation import Violation

from ..check.files import STDIN, find
from ..check.options import CheckOptions
from ..check.run import NO_BOOT, check_text
from ..check.violations import reported
from ..config.entry_target import EntryError
from ..config.option_values import SettingsError
from ..config.options import parse
from ..config.settings import Settings, read
from ..costs.table import CostTableError
from ..files.flake8_text import as_read, decoded
from ..files.paths import shown_file
from ..files.source_file import optional_bytes
from ..files.ttl import Fresh
from ..lint.source import is_held
from ..project.entries import project_with
from ..startup.boot import Boot
from ..startup.cost_tables import cost_table
from ..startup.current_boot import project_boot, project_summary
from ..startup.moved import Lines, moved
from ..startup.session import Session
from .prices import Prices
from .repairs import EditorRepair, repair_of

UNSAVED = "save the file first: repairs are worked out from the files on disk"
SELECTED = "--select=FST,E9"


class Findings(NamedTuple):
    """What is found in a text; failure is why the rules could not be asked.

    is_settled says that no boot had a say that was traced before the text was what it is.
    """

    violations: Sequence[Violation]
    failure: str
    is_settled: bool


class Known(NamedTuple):
    """The last boot, and the texts that it was traced with."""

    boot: Boot | None
    overlay: Mapping[Path, str]


class EditedStartup:
    """The boot of the project with one text in it, found when somebody asks.

    known is a boot that will do meanwhile, with its places where they are now.
    """

    def __init__(self, settings: Settings, name: str, text: str, session: Session, known: Known | None) -> None:
        self.settings = settings
        self.overlay = {} if is_held(name, text) else {Path(name).absolute(): text}
        self._path = shown_file(name)
        self._text = text
        self._session = session
        self._known = known
        self.is_settled = True

    def __call__(self) -> tuple[str, Boot | None]:
        """Return the digest of the boot, and the boot."""
        return self._found

    @cached_property
    def _found(self) -> tuple[str, Boot | None]:
        if self._known is not None:
            self.is_settled = False
            boot = self._known.boot
            boot = None if boot is None else moved(boot, self._path, self.lines)
        elif self.overlay:
            summary = project_summary(self.settings, self.overlay, self._session)
            boot = None if summary is None else summary.boot
        else:
            boot = project_boot(self.settings, session=self._session)  # the one that is kept on the disk, if one is
        return (NO_BOOT if boot is None else boot.digest), boot

    @cached_property
    def lines(self) -> Lines:
        """Where lines of the text are in the one that the known boot was traced with."""
        path = Path(self._path).absolute()
        before = self._known.overlay.get(path) if self._known is not None else None
        return Lines(decoded(optional_bytes(path)) if before is None else before, self._text)

    def known(self) -> Known | None:
        """Return the boot that this analysis traced, with the unsaved texts it read; None if it has traced none."""
        if self._known is not None or "_found" not in self.__dict__:
            return None
        return Known(self._found[1], self.overlay)


class WorkspaceFolder:
    """The analysis of the working directory. arguments are those of flake8's parser, a later one before an earlier.

    A value that cannot be used does not end the analysis: the default is used in its place, or the last configuration
    where that cannot be read any more. refuse is called with a line about each.
    """

    def __init__(
        self, arguments: Sequence[str], session: Session | None = None, refuse: Callable[[str], None] = lambda _: None
    ) -> None:
        self._arguments = (SELECTED, *arguments)
        self._options: Fresh[tuple[Namespace, Settings]] = Fresh()
        self._read_last: tuple[Namespace, Settings] | None = None
        self._refuse = refuse
        self._session = session or Session()
        self._known: Known | None = None

    def findings(self, name: str, text: str, *, settled: bool = True) -> Findings:
        """Return what is found in a text under a name; unless it is to be settled, with the last boot that is known.

        Raises:
            SettingsError, CostTableError, ExecutionError: for configuration that cannot be used.
        """
        options, settings = self._configured()
        options.stdin_display_name = name
        if not find([STDIN], options, lambda _: False).python:
            return Findings((), "", is_settled=True)
        text = as_read(text)
        startup = EditedStartup(settings, name, text, self._session, None if settled else self._known)
        result = check_text(name, text, CheckOptions.of(settings, options), startup)
        self._known = startup.known() or self._known
        return Findings(reported([(name, result)], options), result.failure, startup.is_settled)

    def prices(self, name: str, text: str) -> Prices:
        """Return the prices of a text's import statements, by the last boot that was traced; errors as above."""
        _, settings = self._configured()
        text = as_read(text)
        if self._session.last is None:
            project_summary(settings, EditedStartup(settings, name, text, self._session, None).overlay, self._session)
        summary, overlay = self._session.last or (None, {})
        boot = summary.boot if summary is not None else None
        startup = EditedStartup(settings, name, text, self._session, Known(boot, overlay))
        return Prices(shown_file(name), text, startup.lines, summary, cost_table(settings))

    def repair(self, name: str, text: str, line: int) -> EditorRepair:
        """Return the repair of the findings on a line, or, for line 0, in the whole text; errors as above."""
        options, settings = self._configured()
        if not is_held(name, as_read(text)):
            return EditorRepair({}, {}, UNSAVED)
        return repair_of(name, line, options, settings)

    def _beginning(self, settings: Settings) -> Settings:
        """The settings without the entry points at which startup cannot begin."""
        entries = []
        for each in settings.app:
            try:
                project_with([each], settings)
            except EntryError as error:
                self._refuse(f"{error}: startup does not begin at {each}")
            else:
                entries.append(each)
        return replace(settings, app=tuple(entries))

    def _configured(self) -> tuple[Namespace, Settings]:
        return self._options.get("options", self._read_options)

    def _read_options(self) -> tuple[Namespace, Settings]:
        try:
            options = parse(self._arguments)
        except SettingsError as error:
            if self._read_last is None:
                raise
            self._refuse(f"{error}: the configuration from before holds")
            return self._read_last
        settings = read(options, lambda line: self._refuse(f"{line}: the default holds"))
        try:
            cost_table(settings)
        except CostTableError as error:
            self._refuse(f"{' '.join(str(error).split())}: the bundled cost table alone holds")
            settings = replace(settings, costs=())
        settings = self._beginning(settings)
        try:
            reported([], options)
        except ExecutionError as error:
            self._refuse(f"{' '.join(str(error).split())}: no codes are ignored by file")
            options.per_file_ignores = ""
        self._read_last = options, settings
        return self._read_last
