"""What runs a module's functions while files around it load or build the app, where no startup is known.

The module, and the files whose own code or factories call something of it, are traced as if a boot began at each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..analysis.callback_models import keeps_callbacks, keeps_for_requests
from ..analysis.registering import only_keeps
from ..config.settings import Settings
from ..files.identity import Identity, identity_of
from ..files.paths import shown_file
from ..files.trees import optional_tree
from ..model import Started
from ..project.module_facts import ModuleFacts, ModuleFile
from ..project.modules import NO_TEXT, NOTHING, Project
from ..project.references import Neighbourhood
from ..project.text_index import FileText, search
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from ..syntax.tree_walk import nodes_of
from .near_files import Caller, callers, factories_in, handed_to, importing, imports_it, is_asked_for, names_in
from .started import started_functions

if TYPE_CHECKING:
    from .interpreter.evaluator import World
    from .values.abstract_values import Func, Objects

MAX_FILES = 30  # that one trace reads: what is further away says nothing


class Nearby:
    """Tells which functions of a module loading it, or a file that uses it, runs. It traces them once, when asked.

    names are those of the module, world what they are by other files; overlay gives what an editor holds of which file.
    """

    def __init__(
        self,
        place: Neighbourhood,
        names: Names,
        settings: Settings,
        world: NearWorld,
        overlay: Callable[[], Mapping[Path, str]],
    ) -> None:
        self._world = world
        self._place = place
        self._names = names
        self._settings = settings
        self._overlay = overlay
        self._callers: dict[Path, Caller] = {}

    def started(self, is_reached: Callable[[str], bool]) -> Mapping[Started, str]:
        """Return the functions that run, each with what calls it.

        is_reached tells whether a call of a path in the module comes to something that matters.
        """
        known = len(self._callers)
        self._callers |= self._awaking
        self._callers |= {each.place.path: each for each in callers(self._place, self._settings, is_reached)}
        if len(self._callers) > known:
            self.__dict__.pop("_runs", None)
        return self._runs if self._callers or self._handed else {}

    @cached_property
    def _handed(self) -> Sequence[str]:
        return [path for _, path in handed_to(self._names, self._place.roots)]

    @cached_property
    def _registries(self) -> Mapping[Path, Caller]:
        """The files with the functions that the module gives something to: they may ask for it once they have it."""
        raw = {call.path for call, _ in handed_to(self._names, self._place.roots)}
        files = {path for each in raw for path in self._world.homes(each)}
        texts = search(str(self._place.top)).texts if files else ()
        return dict(filter(None, (self._caller(text) for text in texts if Path(text.path) in files)))

    def _caller(self, text: FileText) -> tuple[Path, Caller] | None:
        """A file and its factories; None of one that cannot be parsed."""
        names = names_in(text, self._settings.target_version)
        if names is None:
            return None
        factories = [names.facts.scopes[each].name for each in factories_in(names, text, self._settings)]
        return Path(text.path), Caller(Neighbourhood(text.path, self._place.folders), factories)

    @cached_property
    def _awaking(self) -> Mapping[Path, Caller]:
        """The files that load the module, if some file asks for what the module gave to something else: by a signal."""
        words = {path.split(".")[-2] for path in self._handed if "." in path and not keeps_for_requests(path)}
        texts = importing(search(str(self._place.top)), self._place, self._settings) if words - {""} else ()
        if not any(is_asked_for(word, self._place, self._settings) for word in sorted(words - {""})):
            return {}
        found: dict[Path, Caller] = {}
        for text in texts:
            names = names_in(text, self._settings.target_version)
            if names is not None and imports_it(names, text, self._place, self._settings):
                found |= dict(filter(None, [self._caller(text)]))
        return found

    @cached_property
    def _runs(self) -> Mapping[Started, str]:
        from .interpreter.tracer import trace  # most files need none, and its modules take half as long as the rest

        project = near_project(self._place, self._settings, self._overlay())
        entries = []
        # What a registry does with what it has, it does after the module was loaded where it loads the module itself.
        for each in (*self._registries.values(), Caller(self._place), *self._callers.values()):
            for file in filter(None, map(project.find, sorted(each.place.names))):
                if file.path == each.place.path:
                    project.facts(file)  # before what these files load comes to the limit
                    entries += [file.name, *(f"{file.name}:{factory}" for factory in each.factories)]
        traced = trace(project, entries, flask=self._settings.flask)
        return started_functions(traced.runs).get(shown_file(self._place.filename), {})


class NearWorld:
    """Tells what the names of a module are in other packages, by way of the project's other files.

    The project is read when the first question is asked.
    """

    def __init__(self, place: Neighbourhood, settings: Settings, overlay: Callable[[], Mapping[Path, str]]) -> None:
        self._place = place
        self._settings = settings
        self._overlay = overlay

    def outside(self, path: str) -> frozenset[str]:
        """Return the dotted names of what a raw path of module code may be, if all of it is outside the project."""
        return outside(self._world, path, self._name) if self._name else frozenset()

    def homes(self, path: str) -> frozenset[Path]:
        """Return the files of the project with the functions that a raw path of module code may be."""
        found = functions_of(_objects(self._world, path, self._name)) if self._name else ()
        files = (self._project.find(each.module) for each in found)
        return frozenset(file.path for file in files if file is not None and file.path is not None)

    def keeps(self, path: str) -> bool:
        """Return whether what a raw path of module code may be only keeps the functions that it is given."""
        if names := self.outside(path):
            return all(map(keeps_callbacks, names))
        found = _objects(self._world, path, self._name) if self._name else frozenset()
        functions = functions_of(found)
        return 0 < len(functions) == len(found) and all(map(self._only_keeps, functions))

    def _only_keeps(self, function: Func) -> bool:
        """Whether a function of another module only keeps what it is given."""
        file = self._project.find(function.module) if function.module != self._name else None
        tree = optional_tree(self._project.facts(file).source.text) if file is not None else None
        if file is None or tree is None:
            return False
        line = self._project.facts(file).facts.scopes[function.scope].span.line
        return any(
            only_keeps(node) for node in nodes_of(tree) if isinstance(node, ast.FunctionDef) and node.lineno == line
        )

    def listed(self) -> frozenset[str]:
        """Return the texts in the module's `__all__`, as far as it and the project's other files tell."""
        return listed(self._world, self._name) if self._name else frozenset()

    @cached_property
    def _name(self) -> str:
        """The dotted name of the module, among those it may have; empty if the project finds it under none."""
        return next((each for each in sorted(self._place.names) if _is_at(each, self._place, self._project)), "")

    @cached_property
    def _project(self) -> Project:
        return near_project(self._place, self._settings, self._overlay())

    @cached_property
    def _world(self) -> World:
        from .interpreter.evaluator import World  # as above

        return World(self._project)


def outside(world: World, path: str, module: str) -> frozenset[str]:
    """Return the dotted names of what a raw path of a module's code may be, if all of it is outside the project."""
    from .values.abstract_values import Ext  # as above

    found = _objects(world, path, module)
    names = frozenset(each.path for each in found if isinstance(each, Ext))
    return names if len(names) == len(found) else frozenset()


def functions_of(objects: Objects) -> Sequence[Func]:
    """Return the functions among objects, those of methods too."""
    from .values.abstract_values import Func, Method  # as above

    found = (each.function if isinstance(each, Method) else each for each in objects)
    return [each for each in found if isinstance(each, Func)]


def _objects(world: World, path: str, module: str) -> Objects:
    """What a raw path of a module's code may be; nothing where that takes too long to tell."""
    from .values.environment import Env  # as above
    from .values.memo import ExhaustedError

    world.budget.renew()
    try:
        return world.path(path, Env(world, module, 0))
    except ExhaustedError:
        return frozenset()


def listed(world: World, module: str) -> frozenset[str]:
    """Return the texts in the `__all__` of a module, as far as they are known."""
    from .values.abstract_values import Text, leaves  # as above
    from .values.environment import Env
    from .values.memo import ExhaustedError

    world.budget.renew()
    try:
        found = leaves(world.path("__all__", Env(world, module, 0)))
    except ExhaustedError:
        return frozenset()
    return frozenset(each.text for each in found if isinstance(each, Text))


def near_project(place: Neighbourhood, settings: Settings, overlay: Mapping[Path, str]) -> Project:
    """Return the project around a module, of which not many files are read."""
    target = Target(settings.target_version, lazy_imports=settings.lazy_imports)
    return _NearProject(place.roots, settings.first_party, target=target, overlay=overlay)


def _is_at(name: str, place: Neighbourhood, project: Project) -> bool:
    file = project.find(name)
    return file is not None and file.path == place.path


class _NearProject(Project):
    """A project of which only the first files that are asked for are read, once for all who ask at a time."""

    def facts(self, file: ModuleFile) -> ModuleFacts:
        """What a module says; nothing beyond the limit."""
        if file.name in self._facts or self.overlay:
            return super().facts(file)
        if len(self._facts) >= MAX_FILES:
            return ModuleFacts(file, NOTHING, NO_TEXT)
        found = self._facts[file.name] = _facts(file, self.target)
        return found


def _facts(file: ModuleFile, target: Target) -> ModuleFacts:
    return _facts_as(file, target, identity_of(file.path) if file.path is not None else None)


@lru_cache(maxsize=500)  # by identity: files that many traces read
def _facts_as(file: ModuleFile, target: Target, _: Identity | None) -> ModuleFacts:
    return Project((), target=target).facts(file)
