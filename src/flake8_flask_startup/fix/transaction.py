"""Steps carried out in memory, one after the other: each whole, over all its files, or refused and nothing of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ..config.settings import Settings
from ..files.parsing import parsed
from ..model import Finding
from ..model.messages import milliseconds
from ..project.references import neighbourhood
from ..project.text_index import search
from ..startup.graph.trace import Statement
from ..syntax.binder import collect
from ..syntax.static_conditions import Target
from .app_part import AppPart
from .ceiling import WAITING
from .deferral import deferred, need_compiled
from .deployments import CODES as DEPLOYMENT_CODES
from .deployments import with_bytecode
from .factory.steps import CODES as FACTORY_CODES
from .factory.steps import with_factory
from .files import Files
from .late_values import handing_on, late_values
from .lazy import DEFER, LAZY, WRITES_STATEMENTS, waiting, with_list, with_statements
from .refusal import BroughtError, NotWorthError, Refused
from .splices import without_marks
from .steps import Startup, Step, costs_with, kinds_in, source_of
from .switches import CODES, SETTING, switched_off

_LINE = re.compile(r"\bline \d+")
MORE = 1.0  # ms: estimates of what the new functions add


class Moved(NamedTuple):
    """The imports that are moved. names are those that go of a line, by path and line; of other lines all go.

    handed_on are statements whose names a module `__getattr__` brings, branched those that go behind conditions.
    """

    names: Mapping[tuple[str, int], frozenset[str]]
    handed_on: frozenset[Statement]
    branched: frozenset[Statement]


@dataclass(frozen=True, slots=True)
class Applied:
    """A step that was carried out, and the ms that the analysis of the edited files finds saved."""

    step: Step
    saving_ms: float


@dataclass
class Repair:
    """The files of a project with some steps carried out. agrees is asked before a step counts, with its new texts."""

    files: Files
    settings: Settings
    startup: Startup | None
    min_saving: float = 0.0  # ms
    style: str = DEFER
    traces_each: bool = True  # or takes the plan's word for each step, until `keeps_its_promise` is asked
    agrees: Callable[[Step, Mapping[str, str]], bool] = lambda _, __: True
    applied: list[Applied] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # of the files that are edited
    _places: dict[str, set[tuple[int, str]]] = field(default_factory=dict)  # of what goes, with the codes
    _names: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)  # those that go of a line, if not all
    _handed_on: frozenset[Statement] = frozenset()  # imports that a `__getattr__` brings
    _branched: frozenset[Statement] = frozenset()  # imports that go where conditions have been tested
    _parts: dict[str, AppPart] = field(default_factory=dict)  # of apps that factories make
    _findings: dict[str, Sequence[Finding]] = field(default_factory=dict)  # of files as they were
    _left: float | None = None  # ms of the startup as edited

    @property
    def left_ms(self) -> float:
        """What the startup costs with the steps carried out (ms); 0 without one."""
        if self._left is None:
            self._left = self.startup.costs.total.ms if self.startup is not None else 0.0
        return self._left

    def apply(self, step: Step) -> None:
        """Carry out a step.

        Raises:
            Refused: if that cannot be done, or the analysis of the edited files finds something else than it should.
        """
        places, texts = dict(self._places), dict(self.texts)
        names = dict(self._names)
        for each, bound in step.names.items():  # another step may have taken other names of the statement
            names[each.path, each.line] = names.get((each.path, each.line), frozenset()) | bound
        if any(self._parts.get(path, part) != part for path, part in step.parts.items()):
            raise Refused("another app of the same file is made in a factory already")
        for path in sorted({each.path for each in step.places}):
            here = {(each.line, code) for each, code in step.places.items() if each.path == path}
            places[path] = places.get(path, set()) | here
            parts = self._parts | dict(step.parts)
            moved = Moved(names, self._handed_on | step.handed_on, self._branched | step.branched)
            texts[path] = self._edited(path, places[path], moved, parts.get(path))
            gone = {(line, code) for line, code in here if Statement(path, line) not in step.branched}
            if any(code in DEPLOYMENT_CODES for _, code in here):
                continue
            self._need_no_news(path, texts[path], gone, by_code_alone=path in parts)
        left = self.left_ms
        if step.is_whole:
            left = self._left_with(texts, step) if self.traces_each else left - step.saving_ms
        elif step.parts and self.startup is not None and self._traced(texts, self._branched) > left + MORE:
            raise Refused("startup would cost more")
        if not self.agrees(step, {path: text for path, text in texts.items() if text != self.texts.get(path)}):
            raise NotWorthError("not wanted")
        self.applied.append(Applied(step, self.left_ms - left if step.is_whole else step.saving_ms))
        self.texts, self._places, self._names, self._left = texts, places, names, left
        self._handed_on |= step.handed_on
        self._branched |= step.branched
        self._parts |= step.parts

    def keeps_its_promise(self, since: int = 0) -> bool:
        """Whether the startup as edited costs what the steps say together, within half of the smallest of them.

        since is the number of steps that are known to keep theirs.
        """
        whole = [each.step.saving_ms for each in self.applied[since:] if each.step.is_whole]
        if not whole or self.traces_each or self.startup is None:
            return True
        promised, self._left = self.left_ms, self._traced(self.texts, self._branched)
        return self._left - promised < min(whole) / 2

    def copy(self) -> Repair:
        """Return the repair as it is, to go back to."""
        return replace(self, applied=list(self.applied), _parts=dict(self._parts))

    def without(self, paths: set[str]) -> Repair:
        """Return the repair again without the steps that touch some files."""
        again = self.only([each for each in self.applied if paths.isdisjoint(at.path for at in each.step.places)])
        again.keeps_its_promise()  # traces what is left of the startup
        return again

    def only(self, applied: Sequence[Applied]) -> Repair:
        """Return the repair again with some of its steps, less those that cannot be carried out without the others."""
        again = Repair(self.files, self.settings, self.startup, style=self.style, traces_each=False)
        for each in applied:
            with suppress(Refused, NotWorthError):
                again.apply(each.step)
        return again

    def _edited(
        self,
        path: str,
        places: set[tuple[int, str]],
        moved: Moved,
        part: AppPart | None,
    ) -> str:
        content = self.files.original(path).content
        target = Target.of(self.settings)
        switches = sorted(each for each in places if each[1] in CODES)
        brought = {each.line: moved.names.get((path, each.line)) for each in moved.handed_on if each.path == path}
        branched = {each.line for each in moved.branched if each.path == path}
        waits = {line for line, code in places if self.style == LAZY and code in WAITING} - brought.keys()
        others = waits | brought.keys()
        here = [(line, code) for line, code in places if code not in CODES and code not in FACTORY_CODES]
        lines = {line: moved.names.get((path, line)) for line, code in here if line not in others}
        text = content.text
        package = self.startup.package_of(path) if self.startup is not None else None
        try:
            if deployed := [each for each in places if each[1] in DEPLOYMENT_CODES]:
                return self._deployed(path, deployed)
            if any(code == SETTING for _, code in switches):
                self._need_unread(path)
            if switches:
                text = switched_off(text, parsed(text), switches)
            lazily = {line: moved.names.get((path, line)) for line in waits}
            imports = waiting(collect(parsed(text), target), lazily, package) if waits else []
            if imports and WRITES_STATEMENTS:
                text = with_statements(text, imports)
            if lines or brought:
                late = [each for line, each in late_values(parsed(text)).items() if line in lines and each.is_made]
                text = deferred(text, lines, target, brought, branched, package or "")
                around = neighbourhood(path, self.settings.roots)
                if asked := {name for each in late for name in each.names if around.need(name)}:
                    text = handing_on(text, late, asked)
            if imports and not WRITES_STATEMENTS:
                text = with_list(text, imports, package)
            text = without_marks(text) if switches else text
            text = with_factory(text, part, self.settings) if part is not None else text
            need_compiled(text)
            content.data(text)
        except (Refused, UnicodeError) as refused:
            raise Refused(f"{path}: {refused}") from refused
        return text

    def _deployed(self, path: str, places: Collection[tuple[int, str]]) -> str:
        """The text of a deployment file repaired; its findings go, by the way that each edit is read again."""
        content = self.files.original(path).content
        text = with_bytecode(Path(path), content.text, places)
        content.data(text)
        return text

    def _need_unread(self, path: str) -> None:
        """Do nothing where no other file reads a setting of this one; Refused otherwise."""
        around = neighbourhood(path, self.settings.roots)
        own = str(around.path)
        texts = [each for each in search(str(around.top)).reading(b"DEBUG") if each.path != own]
        if texts or (found := around.need("DEBUG")):
            raise Refused(f"{around.shown(texts[0])} reads DEBUG" if texts else found)

    def _need_no_news(self, path: str, text: str, gone: Collection[tuple[int, str]], *, by_code_alone: bool) -> None:
        """Raise Refused if the linter finds something new in a file, or still finds what was repaired.

        gone are the lines and codes that were repaired: of a switch, what else its line is found for stays.
        by_code_alone says that what stays is found elsewhere now, and by other words.
        """
        after = source_of(path, text)
        if after is None:
            raise Refused(f"{path}: it would not be read any more")
        old = self._findings_before(path)
        lines = {line for line, code in gone if code not in CODES}  # the codes of imports may change
        known = Counter(
            each.code if by_code_alone else _unnumbered(each.what)
            for each in old
            if each.span.line not in lines and (each.span.line, each.code) not in gone
        )
        for each in kinds_in(after, self.settings):
            name = each.code if by_code_alone else _unnumbered(each.what)
            if not known[name]:
                raise Refused(f"{path}: {each.code} would come: {each.what}")
            known[name] -= 1

    def _findings_before(self, path: str) -> Sequence[Finding]:
        if path not in self._findings:
            source = source_of(path)
            self._findings[path] = kinds_in(source, self.settings) if source is not None else ()
        return self._findings[path]

    def _left_with(self, texts: Mapping[str, str], step: Step) -> float:
        """What the startup costs with some texts (ms); Refused where that is not what the step promises."""
        if self.startup is None:
            return 0.0
        left = self._traced(texts, self._branched | step.branched)
        if step.branched and self.left_ms - left < step.saving_ms / 2:
            raise NotWorthError("startup uses it all the same: the conditions around its uses hold")
        promised = step.saving_ms + sum(each.step.saving_ms for each in self.applied if each.step.is_whole)
        saved = self.startup.costs.total.ms - left  # by all: the plan may have given to one step what another saves
        if saved < promised / 2:
            saves = f"startup would save {milliseconds(max(saved, 0.0))} ms, not {milliseconds(promised)}"
            raise BroughtError(f"something that stays brings it in: {saves}")
        if self.left_ms - left < self.min_saving:
            raise NotWorthError(f"saves {milliseconds(max(self.left_ms - left, 0.0))} ms once the steps above are done")
        return left

    def _traced(self, texts: Mapping[str, str], branched: Collection[Statement]) -> float:
        """What the startup costs with some texts (ms), where the conditions around branched imports do not hold."""
        assert self.startup is not None  # noqa: S101  # nothing else asks
        overlay = {Path(path).absolute(): text.replace("\r\n", "\n") for path, text in texts.items()}
        costs = costs_with(self.startup, self.settings, overlay)
        if not branched:
            return costs.total.ms
        rare = {(each.statement.path, each.imported) for each in self.startup.costs.graph.edges_at(branched)}
        edges = (each for each in costs.graph.targets if each.conditional)
        return costs.without({each for each in edges if (each.statement.path, each.imported) in rare}).ms


def _unnumbered(what: str) -> str:
    """What a finding is about, less the numbers of lines, which edits change."""
    return _LINE.sub("line", what)
