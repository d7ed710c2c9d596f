"""What runs a module's functions while files around it load or build the app, where no startup is known.

The module, and the files whose own code or factories call something of it, are traced as if a boot began at each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..analysis.callback_models import keeps_for_requests
from ..config.settings import Settings
from ..files.identity import Identity, identity_of
from ..files.paths import shown_file
from ..model import Started
from ..model.access_paths import last_name, owner_of
from ..project.module_facts import ModuleFacts
from ..project.module_finder import ModuleFile
from ..project.modules import NO_TEXT, NOTHING, Project
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import search
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from .near_files import (
    Caller,
    callers,
    derives_from_own,
    factories_in,
    handed_to,
    importing,
    imports_it,
    is_asked_for,
    names_in,
)
from .started import started_functions

if TYPE_CHECKING:
    from .interpreter.evaluator import World

_OF_BASES = (b"__init_subclass__", b"metaclass")  # words of what a class statement runs of others
MAX_FILES = 30  # that one trace reads: what is further away says nothing


class Nearby:
    """Tells which functions of a module loading it, or a file that uses it, runs. It traces them once, when asked.

    names are those of the module; overlay gives what an editor holds of which file.
    """

    def __init__(
        self, place: Neighbourhood, names: Names, settings: Settings, overlay: Callable[[], Mapping[Path, str]]
    ) -> None:
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
        return self._runs if self._callers or self._handed or self._is_derived else {}

    @cached_property
    def _handed(self) -> Sequence[str]:
        return handed_to(self._names, self._place.roots)

    @cached_property
    def _is_derived(self) -> bool:
        """Whether the definition of a class may run code of a base or metaclass in another file (PEP 487)."""
        texts = search(str(self._place.top))
        return any(map(texts.having, _OF_BASES)) and derives_from_own(self._names, self._place.roots)

    @cached_property
    def _awaking(self) -> Mapping[Path, Caller]:
        """The files that load the module, if some file asks for what the module gave to something else: by a signal."""
        words = {last_name(owner_of(path)) for path in self._handed if owner_of(path) and not keeps_for_requests(path)}
        texts = importing(search(str(self._place.top)), self._place, self._settings) if words - {""} else ()
        if not any(is_asked_for(word, self._place, self._settings) for word in sorted(words - {""})):
            return {}
        found: dict[Path, Caller] = {}
        for text in texts:
            names = names_in(text, self._settings.target_version)
            if names is not None and imports_it(names, text, self._place, self._settings):
                factories = [names.facts.scopes[each].name for each in factories_in(names, text, self._settings)]
                found[Path(text.path)] = Caller(neighbourhood(text.path, self._place.folders), factories)
        return found

    @cached_property
    def _runs(self) -> Mapping[Started, str]:
        from .interpreter.tracer import runs  # most files need none, and its modules take half as long as the rest

        project = near_project(self._place, self._settings, self._overlay())
        entries = []
        for each in (Caller(self._place), *self._callers.values()):
            for file in filter(None, map(project.find, sorted(each.place.names))):
                if file.path == each.place.path:
                    project.facts(file)  # before what these files load comes to the limit
                    entries += [file.name, *(f"{file.name}:{factory}" for factory in each.factories)]
        return started_functions(runs(project, entries, self._settings.flask)).get(shown_file(self._place.filename), {})


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
    from .values.environment import Env
    from .values.memo import ExhaustedError

    world.budget.renew()
    try:
        found = world.path(path, Env(world, module, 0))
    except ExhaustedError:
        return frozenset()
    names = frozenset(each.path for each in found if isinstance(each, Ext))
    return names if len(names) == len(found) else frozenset()


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
    target = Target.of(settings)
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
