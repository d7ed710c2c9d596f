"""Steps that build an app in a factory, with the files that they take."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from ...config.entry_points import find_processes
from ...config.settings import Settings
from ...files.paths import shown_file
from ...files.source_file import source_text
from ...model import Finding
from ...project.here import project_here
from ...project.import_roots import first_party
from ...project.module_finder import Origin
from ...project.module_place import ModulePlace, place_of
from ...project.references import Neighbourhood, neighbourhood
from ...project.text_index import FileText
from ...startup.besides import loaders
from ...startup.followed import trace
from ...startup.graph.trace import Statement, Trace
from ...syntax.import_statements import imported
from ...syntax.static_conditions import Target
from ..app_part import AppPart
from ..refusal import Refused
from ..sharing import tree_beside
from ..steps import Step, source_of, unpriced_in
from .around import Around, class_at
from .extensions import Split
from .layout import APP_CLASS, Layout, layout_of
from .module import Module, is_main_guard, loaded_nodes
from .writing import extracted

APP, CALLED = "FST201", "FST202"
BY_DICTIONARY = frozenset({"hypercorn", "mod_wsgi-express", "uwsgi", "vercel"})  # by their sources, November 2026
CODES = frozenset({APP, CALLED, "FST401", "FST402", "FST501"})


def factories(files: Iterable[str], settings: Settings) -> Iterator[tuple[Step, str]]:
    """Return a step for each app that module code makes, with why it cannot be made in a factory."""
    for name in files:
        if not _may_make(name, settings):
            continue
        found = [each for each in unpriced_in(name, settings) if each.code in CODES]
        apps = dict(_apps(name, found, settings))
        for each in found:
            if each.code == APP and each.span.line not in apps:
                place = Statement(shown_file(name), each.span.line)
                step = Step("a factory", 0.0, {place: APP}, is_whole=False, is_priced=False)
                yield step, f"{place.path}: line {place.line}: no statement of module code makes it and nothing else"
        for line, app in apps.items():
            place = Statement(shown_file(name), line)
            code = APP if any(each.span.line == line and each.code == APP for each in found) else CALLED
            step = Step(f"a factory for {app}", 0.0, {place: code}, is_whole=False, is_priced=False)
            try:
                yield _Project(name, app, settings).step(place, code, found), ""
            except Refused as refused:
                yield step, f"{place.path}: {refused}"


def findings(files: Iterable[str], settings: Settings) -> Iterator[tuple[Statement, str]]:
    """Return the findings that a factory is the repair for, by places and codes."""
    for name in files:
        if _may_make(name, settings):
            found = (each for each in unpriced_in(name, settings) if each.code in CODES)
            yield from ((Statement(shown_file(name), each.span.line), each.code) for each in found)


def _may_make(name: str, settings: Settings) -> bool:
    """Whether a file may make an app, or have a factory make it, by its text."""
    source = source_of(name)
    text = "".join(source.lines) if source is not None else ""
    return "Flask" in text or any(f"{each}(" in text for each in settings.factories)


def with_factory(text: str, part: AppPart, settings: Settings) -> str:
    """Return the text of a file with what it has of an app in a factory; Refused where that is not mechanical."""
    return extracted(text, part, Target.of(settings), _around(neighbourhood(part.path, settings.roots), settings))


def _around(around: Neighbourhood, settings: Settings) -> Around:
    project = project_here(settings)
    asked = partial(class_at, project, project.module_at(around.path))
    return Around(first_party(around.filename), partial(around.need, is_starred=True), asked)


def _apps(name: str, found: Collection[Finding], settings: Settings) -> Iterator[tuple[int, str]]:
    """The lines on which module code makes an app, or has a factory make it for others, with the names of the apps."""
    source = source_of(name)
    made = {each.span.line for each in found if each.code == APP}
    for node in source.tree.body if source is not None else ():
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
            continue
        is_called = isinstance(value.func, ast.Name) and value.func.id in settings.factories
        if node.lineno in made or (is_called and neighbourhood(name, settings.roots).importing()):
            yield node.lineno, target.id


class _Project:
    """The files that have an app, asked whether it can be made in a factory."""

    def __init__(self, name: str, app: str, settings: Settings) -> None:
        self.path = shown_file(name)
        self.app = app
        self.settings = settings
        self.around = neighbourhood(name, settings.roots)

    def step(self, place: Statement, code: str, found: Collection[Finding]) -> Step:
        """Return the step that makes the app in a factory.

        Raises:
            Refused: where something is not mechanical.
        """
        source = source_of(self.path)
        if source is None:
            raise Refused("it cannot be read")
        owner = Module("".join(source.lines), Target.of(self.settings))
        self._need_flask(owner, place.line)
        users = list(self._users())
        registering = {self._imported_as(owner, each) for each in users if each.registers}
        self._need_asked()
        part = AppPart(self.path, self.app, makes=True, registering=frozenset(registering))
        layout = layout_of(owner, part, _around(self.around, self.settings))
        for split in layout.splits.values():
            self._need_unread(split)
        places = {place: code}
        for each in found:
            is_done = layout.goes(each.span.line) or any(
                owner.units[number].has(each.span.line) for number in layout.splits
            )
            if is_done and each.code != APP:
                places[Statement(self.path, each.span.line)] = each.code
        places |= {Statement(each.part.path, each.made.first): APP for each in users}
        parts = {self.path: part, **{each.part.path: each.part for each in users}}
        return Step(f"a factory for {self.app}", 0.0, places, is_whole=False, is_priced=False, parts=parts)

    def _need_unread(self, split: Split) -> None:
        """Raise Refused if another file uses one of the project's own extensions while that file is loaded."""
        for text in self.around.mentioning() if split.free is not None else ():
            if not self.around.why(text, split.name):
                continue
            body = tree_beside(self.around, text).body
            names = {each.bound for node in body for each in imported(node) if each.name == split.name}
            for node in (one for each in body for one in loaded_nodes(each) if isinstance(one, ast.expr)):
                is_name = isinstance(node, ast.Name) and node.id in names
                if is_name or (isinstance(node, ast.Attribute) and node.attr == split.name):
                    shown = self.around.shown(text)
                    raise Refused(f"{shown} uses '{split.name}' on line {node.lineno}, which may need the app")

    def _need_flask(self, owner: Module, line: int) -> None:
        unit = owner.unit_at(line)
        value = getattr(unit.node, "value", None) if unit is not None else None
        path = owner.names.resolve(ast.unparse(value.func), 0) if isinstance(value, ast.Call) else ""
        if path != APP_CLASS and not owner.is_function(path):
            raise Refused(f"line {line}: what other classes of apps do with their routes is not known")

    def _need_asked(self) -> None:
        """Do nothing where all servers that are given the app ask the module for it; Refused otherwise."""
        for each in find_processes(Path.cwd(), self.settings):
            module, _, name = each.target.partition(":")
            if (
                module in self.around.names
                and name.partition(".")[0] in ("", self.app)
                and each.servers & BY_DICTIONARY
            ):
                reads = f"{min(each.servers & BY_DICTIONARY)} ({each.why}) reads the namespace of the module"
                raise Refused(f"{reads}, and asks no __getattr__: give it a module that imports '{self.app}'")

    def _users(self) -> Iterator[Layout]:
        """The files that import the app and are loaded before it is there, with what becomes of their statements."""
        traced = self._traced()
        order = [str(Path(each.path).absolute()) if each.path else "" for each in traced.loaded]
        loaded = set(order[order.index(str(self.around.path)) :])  # what comes before has the app when it is whole
        ran = {(str(Path(each.path).absolute()), each.begins) for each in traced.runs}
        for text in self.around.mentioning():
            is_loaded = text.path in loaded
            reason = self.around.why(text, self.app)
            if not reason:
                continue
            names = list(self._taken(text, ran if is_loaded else set()))
            if not is_loaded:
                self._need_kept(text, names, is_whole=text.path in order)
                self._need_unnamed(text, traced)
                continue
            if not names:
                raise Refused(f"{self.around.shown(text)} {reason}")
            part = AppPart(shown_file(os.path.relpath(text.path)), names[0], makes=False)
            module = Module(source_text(text.data), Target.of(self.settings))
            around = _around(neighbourhood(part.path, self.settings.roots), self.settings)
            try:
                yield layout_of(module, part, around)
            except Refused as refused:
                raise Refused(f"{part.path}: {refused}") from refused

    def _need_kept(self, text: FileText, names: Collection[str], *, is_whole: bool) -> None:
        """Do nothing where a file that is loaded before hands the app on to none that may do more to it."""
        above = neighbourhood(text.path, self.settings.roots)
        for name in names if is_whole else ():
            if reason := above.need(name):
                raise Refused(f"{self.around.shown(text)} hands it on: {reason}")

    def _need_unnamed(self, text: FileText, traced: Trace) -> None:
        """Do nothing where nothing that is loaded may load a file that has the app while it is made; else Refused."""
        body = tree_beside(self.around, text).body
        is_script = any(map(is_main_guard, body)) or not self.settings.is_startup(text.path)
        names = ModulePlace(text.path, self.settings.roots).names
        named = re.compile(rf"[\"'](?:[\w./-]*[./])?{re.escape(Path(text.path).stem)}(?:\.py|:\w+)?[\"']")
        for loader in () if is_script or self.settings.startup_modules else loaders(traced):
            if any(map(loader.may_reach, names)):
                raise Refused(f"{loader.path}:{loader.line} may load {self.around.shown(text)}, which has '{self.app}'")
        for each in traced.loaded:
            source = source_of(each.path) if each.path and each.origin is Origin.FIRST_PARTY else None
            if source is not None and named.search("".join(source.lines)):
                raise Refused(f"{shown_file(each.path)} names {self.around.shown(text)}, which has '{self.app}'")

    def _taken(self, text: FileText, ran: Collection[tuple[str, int]]) -> Iterator[str]:
        """The names that module code of a file has the app by."""
        tree = tree_beside(self.around, text)
        functions = [each for each in ast.walk(tree) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or place_of(text.path, node.module or "", node.level, self.around):
                continue
            for each in imported(node):
                if each.name == "*":
                    raise Refused(f"{self.around.shown(text)} takes all its names on line {node.lineno}")
                if each.name != self.app:
                    continue
                if node in tree.body:
                    yield each.bound
                for function in functions:
                    inside = function.lineno <= node.lineno <= (function.end_lineno or 0)
                    if inside and (text.path, function.lineno) in ran:
                        raise Refused(f"{self.around.shown(text)} asks for it on line {node.lineno} while it is made")

    def _traced(self) -> Trace:
        project = project_here(self.settings)
        names = sorted(self.around.names, key=len)
        module = next((each for each in names if (file := project.find(each)) and _is_at(file.path, self.around)), "")
        if not module:
            raise Refused("no import can name it")
        return trace(project, (f"{module}:{self.app}",), flask=self.settings.flask)

    def _imported_as(self, owner: Module, user: Layout) -> str:
        """The name that the module of the app has a module by that registers with it."""
        place = ModulePlace(user.part.path, self.settings.roots)
        for each in owner.facts.bodies[0].imports:
            is_module = not place_of(self.around.filename, each.dotted, each.level, place)
            if is_module and (each.name or each.bound == each.dotted) and each.place.scope == 0:
                return each.bound
        raise Refused(f"{user.part.path} registers with it, and is not imported by name")


def _is_at(path: Path | None, around: Neighbourhood) -> bool:
    return path is not None and path.absolute() == around.path
