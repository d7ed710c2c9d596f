"""What may become of the import statements of a boot, by their own files, the boot's calls and the project."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from functools import cache, cached_property
from types import MappingProxyType

from ..analysis.import_fate import Fate, Judge
from ..analysis.kept_imports import keeps_import
from ..analysis.load_effects import effect, libraries_set_up
from ..analysis.module import Module
from ..analysis.reexport_fate import ReexportJudge
from ..analysis.reflection import Reflections
from ..analysis.submodule_reads import importing, read_through_parent
from ..analysis.unstarted import UnstartedJudge
from ..config.entry_target import MAIN, first_module
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.paths import shown
from ..files.trees import optional_tree, tree_of
from ..inference.queries import Nobody, Settled
from ..model import Started
from ..project.module_finder import ModuleFile, Origin
from ..project.modules import Project
from ..project.references import Neighbourhood, neighbourhood
from ..syntax.static_conditions import Phase
from .contained import contained
from .graph.trace import Statement, Trace
from .interpreter.evaluator import World
from .nearby import listed, outside
from .read_while_loading import may_be_read, methods_called

MAX_JUDGES = 64  # kept, as each has most of what its file says and its syntax tree; most files are asked about at once


class Fates:
    """Judges the statements of a boot, those of a file together. started are the functions that the boot runs.

    known are the fates of the same project with another text of the changed files; what is in the others, and runs the
    same functions, is judged once for both. free are names, by their files, that others would come by all the same.
    prices are those of modules.
    keeps_texts says that annotations that are texts count as read only where something evaluates them.
    """

    def __init__(
        self,
        traced: Trace,
        project: Project,
        settings: Settings,
        started: Mapping[str, Mapping[Started, str]],
        known: Fates | None = None,
        changed: Collection[str] = (),
        free: Mapping[str, Collection[str]] = MappingProxyType({}),
        prices: CostTable | None = None,
        *,
        keeps_texts: bool = False,
    ) -> None:
        self._keeps_texts = keeps_texts
        self._free = free
        self._prices = prices or CostTable()
        self._known = known
        self._changed = changed
        self._project = project
        self._settings = settings
        self._started = started
        own = (project.find(each.name) for each in traced.loaded if each.origin is Origin.FIRST_PARTY and each.path)
        self._files = {shown(str(file.path)): file for file in own if file is not None}
        names = {each.name for each in traced.loaded}
        self._looked_into = {each for each in traced.entries if ":" not in each}
        self._programs = {first_module(each, names) for each in traced.entries if each.endswith(f":{MAIN}")}
        self._judges: dict[str, Judge] = {}  # that was asked last comes last
        self._unstarted: dict[str, UnstartedJudge] = {}
        self._handing_on: dict[str, ReexportJudge] = {}
        self._found: dict[tuple[Statement, bool], tuple[Fate, str] | None] = {}

    @cached_property
    def _world(self) -> World:
        return World(self._project)

    def at(self, statement: Statement, *, by_own_file: bool = False) -> tuple[Fate, str] | None:
        """The fate of a statement, with what needs it; None if it is no import statement of the project.

        By its own file alone, nothing but NEEDED is the last word.
        """
        if (known := self._known) is not None and self._is_same(known, statement.path):
            return known.at(statement, by_own_file=by_own_file)
        key = (statement, by_own_file)
        if key not in self._found:
            where = f"{statement.path}:{statement.line}: what needs the import"
            self._found[key] = contained(
                where, lambda: self._judged(*key), lambda reason: (Fate.NEEDED, f"what needs it {reason}")
            )
        return self._found[key]

    def _is_same(self, known: Fates, path: str) -> bool:
        """Whether a file is the same for other fates, as far as a boot tells."""
        return (
            path not in self._changed
            and (path in self._files) == (path in known._files)
            and self._started.get(path) == known._started.get(path)
        )

    def _judged(self, statement: Statement, by_own_file: bool) -> tuple[Fate, str] | None:
        judge = self._judge(statement.path)
        return None if judge is None else judge.at(statement.line, by_own_file=by_own_file)

    def need(self, statement: Statement, *, by_own_file: bool = False) -> str:
        """What keeps a statement from going, while the app starts: anything, or its own file; empty if nothing does."""
        found = self.at(statement, by_own_file=by_own_file)
        if found is None:
            return "no import statement brings it in, but a call"
        fate, reason = found
        return reason if fate in (Fate.FACTORY, Fate.NEEDED) else ""

    def may_wait(self, statement: Statement, *, by_own_file: bool = False) -> bool:
        """Whether the functions that use a statement's names can import them, and none of those runs at startup."""
        found = self.at(statement, by_own_file=by_own_file)
        return found is not None and found[0] is Fate.DEFER

    def may_wait_for_use(self, statement: Statement) -> bool:
        """Whether nothing but functions that startup runs keeps the imports of a statement from waiting for their uses.

        Then these functions may make them, at the moment when they use them.
        """
        where = f"{statement.path}:{statement.line}: what needs the import"
        judge = self._unstarted_judge(statement.path)
        found = contained(where, lambda: judge.at(statement.line), lambda _: None) if judge is not None else None
        return found is not None and found[0] is Fate.DEFER

    def surely_run(self, path: str) -> Collection[int]:
        """Return the lines of a file's functions that startup runs, as the file itself tells."""
        judge = self._unstarted_judge(path)
        return judge.surely_run() if judge is not None else ()

    def _unstarted_judge(self, path: str) -> UnstartedJudge | None:
        file = self._files.get(path)
        if file is not None and path not in self._unstarted:
            self._unstarted[path] = UnstartedJudge(self._module(file, path), self._settings)
        return self._unstarted.get(path)

    def effect(self, path: str, goes: Collection[str]) -> str:
        """Return what loading a file may change in the modules that stay loaded when others go; empty if nothing."""
        file = self._files.get(path)
        tree = optional_tree(self._project.facts(file).source.text) if file is not None else None
        if file is None or tree is None:
            return "it cannot be read"
        return effect(tree, file.package, goes) or self._missed(file, path, tree, goes)

    def _missed(self, file: ModuleFile, path: str, tree: ast.Module, goes: Collection[str]) -> str:
        """What other files would miss of a library that a file loads or sets up; empty if nothing is seen to."""
        neighbours = neighbourhood(path, self._settings.roots)
        for each in self._project.facts(file).facts.imports:
            if each.place.phase is Phase.IMPORT and (
                reason := read_through_parent(each, None, neighbours, self._prices.names_module, is_used=True)
            ):
                return reason
        gone = {str(each.path) for each in self._files.values() if each.name in goes}
        for name, line in libraries_set_up(tree, file.package):
            top = name.partition(".")[0]
            origin = self._project.origin(top)
            if origin is Origin.STDLIB:  # which everybody uses
                return f"loading it sets up '{name}' on line {line}"
            if origin is not Origin.FIRST_PARTY and (other := importing(top, neighbours, gone)):
                return f"loading it sets up '{name}' on line {line}, which {other} imports as well"
        return ""

    def names_judged(self, statement: Statement) -> frozenset[str]:
        """Return the names of a statement that its fate is about, where others of it may stay; else nothing."""
        judge = self._judge(statement.path)
        found = judge.module.imports_judged_at(statement.line) if judge is not None else ()
        has_others = judge is not None and len(found) < len(judge.module.facts.imports_at(statement.line))
        return frozenset(each.bound for each in found) if has_others else frozenset()

    def names_waiting(self, statement: Statement) -> frozenset[str]:
        """Return the names that the statements on a line import and that can wait, whatever becomes of the others."""
        judge = self._judge(statement.path)
        imports = judge.module.facts.imports_at(statement.line) if judge is not None else ()
        return frozenset(
            each.bound
            for each in imports
            if judge is not None and each.place.phase is Phase.IMPORT and judge.fate((each,))[0] is Fate.DEFER
        )

    def handed_on(self, statement: Statement) -> frozenset[str]:
        """Return what a statement of a package imports for other files alone, so that `__getattr__` could bring it."""
        file = self._files.get(statement.path)
        if file is None or not file.folders:
            return frozenset()
        if statement.path not in self._handing_on:
            self._handing_on[statement.path] = ReexportJudge(self._module(file, statement.path), self._settings)
        return self._handing_on[statement.path].handed_on(statement.line)

    def _needing(self, path: str, neighbours: Neighbourhood) -> Callable[..., str]:
        """What says why another file needs a name of a file."""
        free = self._free.get(path)
        if not free:
            return neighbours.need
        return lambda name, **asked: "" if name in free else neighbours.need(name, **asked)

    def _judge(self, path: str) -> Judge | None:
        file = self._files.get(path)
        if file is None:
            return None
        judge = self._judges.pop(path, None) or Judge(self._module(file, path), self._settings)
        self._judges[path] = judge
        if len(self._judges) > MAX_JUDGES:
            del self._judges[next(iter(self._judges))]
        return judge

    def _module(self, file: ModuleFile, path: str) -> Module:
        code = self._project.facts(file)
        neighbours = neighbourhood(path, self._settings.roots)
        return Module(
            code.facts,
            code.names,
            Settled(code.names, lambda _: False, Nobody),
            is_package=bool(file.folders),
            is_program=lambda: file.name in self._programs,
            is_first_party=self._is_first_party,
            is_kept=lambda line: keeps_import(code.source.line(line)),
            lines_with=code.source.lines_with,
            reflections=Reflections(
                code.source.text,
                lambda: tree_of(code.source.text),
                code.names,
                lambda: neighbours.names,
                self._is_first_party,
            ),
            runs=lambda _: True,  # the statements that the boot does not execute are in no cut
            needed_elsewhere=self._needing(path, neighbours),
            read_at_start=cache(lambda name: may_be_read(neighbours, name, self._settings)),
            called_at_start=lambda name: methods_called(neighbours, name, self._settings),
            missed_elsewhere=lambda: neighbours.missed(self._settings.is_startup),
            outside=lambda raw: outside(self._world, raw, file.name),
            listed=lambda: listed(self._world, file.name),
            started=lambda _: self._started.get(path, {}),
            place=neighbours,
            prices=self._prices,
            keeps_texts=self._keeps_texts,
            is_looked_into=lambda: file.name in self._looked_into,
        )

    def _is_first_party(self, top: str) -> bool:
        return self._project.origin(top) is Origin.FIRST_PARTY
