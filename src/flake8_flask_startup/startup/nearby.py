"""What runs a module's functions while files around it load or build the app, where no startup is known.

The module, and the files whose own code or factories call something of it, are traced as if a boot began at each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property, lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..analysis.call_graph import Reach
from ..analysis.callback_models import keeps_for_requests, may_call
from ..analysis.factories import factories
from ..analysis.outside_calls import comes_to
from ..config.settings import Settings
from ..files.identity import Identity, identity_of
from ..files.line_index import SourceText
from ..files.paths import shown_file
from ..files.trees import tree_of
from ..inference.queries import Nobody, Settled
from ..model import Started
from ..project.module_facts import ModuleFacts, ModuleFile
from ..project.module_place import place_of
from ..project.modules import NO_TEXT, NOTHING, Project
from ..project.named_in_text import Importer, names_of
from ..project.references import Neighbourhood
from ..project.text_index import FileText, Search, search
from ..syntax.access_paths import dotted_start, is_unknown, root_of
from ..syntax.binder import glance
from ..syntax.resolver import Names
from ..syntax.static_conditions import Phase, Target
from ..syntax.symbol_table import Binding, Call, Import
from ..syntax.values import Kind
from .started import started_functions

if TYPE_CHECKING:
    from .interpreter.evaluator import World

MAX_CALLERS = 10  # files that may call something of a module: each takes a look
MAX_STEPS = 2  # from file to file: what calls a function that calls a function of the module
MAX_FILES = 30  # that one trace reads: what is further away says nothing


class _Caller(NamedTuple):
    """A file that calls something of a module: by its own code, or by the factories that are named."""

    place: Neighbourhood
    factories: Sequence[str] = ()


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
        self._callers: dict[Path, _Caller] = {}

    def started(self, is_reached: Callable[[str], bool]) -> Mapping[Started, str]:
        """Return the functions that run, each with what calls it.

        is_reached tells whether a call of a path in the module comes to something that matters.
        """
        known = len(self._callers)
        self._callers |= self._awaking
        self._callers |= {each.place.path: each for each in _callers(self._place, self._settings, is_reached)}
        if len(self._callers) > known:
            self.__dict__.pop("_runs", None)
        return self._runs if self._callers or self._handed else {}

    @cached_property
    def _handed(self) -> Sequence[str]:
        return _handed_to(self._names, self._place.roots)

    @cached_property
    def _awaking(self) -> Mapping[Path, _Caller]:
        """The files that load the module, if some file asks for what the module gave to something else: by a signal."""
        words = {path.split(".")[-2] for path in self._handed if "." in path and not keeps_for_requests(path)}
        texts = _importing(search(str(self._place.top)), self._place, self._settings) if words - {""} else ()
        if not any(_asks(word, self._place, self._settings) for word in sorted(words - {""})):
            return {}
        found: dict[Path, _Caller] = {}
        for text in texts:
            names = _names(text, self._settings.target_version)
            if names is not None and _imports(names, text, self._place, self._settings):
                factories = [names.facts.scopes[each].name for each in _factories(names, text, self._settings)]
                found[Path(text.path)] = _Caller(Neighbourhood(text.path, self._place.folders), factories)
        return found

    @cached_property
    def _runs(self) -> Mapping[Started, str]:
        from .interpreter.tracer import trace  # most files need none, and its modules take half as long as the rest

        project = near_project(self._place, self._settings, self._overlay())
        entries = []
        for each in (_Caller(self._place), *self._callers.values()):
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


def _callers(
    place: Neighbourhood, settings: Settings, is_reached: Callable[[str], bool], steps: int = MAX_STEPS
) -> Iterator[_Caller]:
    """The files that call something that matters: of the module, or of a file whose functions do so."""
    answers_for_names = is_reached("__getattr__")  # of the module (PEP 562): runs where a name is asked for
    for text in _importing(search(str(place.top)), place, settings):
        is_of_interest = answers_for_names or _may_call(text, place, is_reached)
        names = _names(text, settings.target_version) if is_of_interest else None
        if names is None or not _imports(names, text, place, settings):
            continue
        near = Neighbourhood(text.path, place.folders)
        building = _factories(names, text, settings)
        runs = answers_for_names or any(map(is_reached, _members(names, near, place))) or _has_star(names, near, place)
        members = _members(names, near, place, Phase.DEFERRED) if building or not runs else {}
        calling = {function for member in members if is_reached(member) for function in members[member]}
        reach = _reach(names)
        started = [each for each in building if calling and not calling.isdisjoint(reach.running(each))]
        if runs or started or (calling and not calling.isdisjoint(reach.loading())):
            yield _Caller(near, [names.facts.scopes[each].name for each in started])
        elif calling and steps > 1:
            further = list(_callers(near, settings, cache(partial(comes_to, reach, calling)), steps - 1))
            yield from (_Caller(near), *further) if further else ()


@lru_cache(maxsize=64)  # asked for with every import of a module; each keeps the texts of a project
def _importing(_: Search, place: Neighbourhood, settings: Settings) -> Sequence[FileText]:
    """The files of the app with an import statement of the module, not more than may be looked at."""
    found = (
        text for text in place.mentioning() if settings.is_startup(text.path) and Importer(place, text).may_import()
    )
    return list(islice(found, MAX_CALLERS))


def _may_call(text: FileText, place: Neighbourhood, is_reached: Callable[[str], bool]) -> bool:
    """Whether a file may call something of the module that matters, by what its text has of it."""
    named = names_of(text, place)
    is_open = text.has_star or bool(named.aliases) or named.is_value
    return is_open or any(is_reached(each.decode(errors="replace")) for each in sorted(named.names))


def _imports(names: Names, text: FileText, place: Neighbourhood, settings: Settings) -> bool:
    """Whether a file's own code, or one of its factories, imports the module or something of it."""
    bodies = (0, *_factories(names, text, settings))
    return any(_leads_to(each, text.path, place) for number in bodies for each in names.facts.body(number).imports)


@lru_cache(maxsize=500)  # as long as the names are kept
def _factories(names: Names, text: FileText, settings: Settings) -> Sequence[int]:
    """The functions of a file's own code that build the app, by what the file alone tells."""
    words = {*settings.factories, *(each.rpartition(".")[2] for each in settings.app_types)}
    if not any(each.encode() in text.data for each in words):
        return ()
    names.facts.read_all()
    found = factories(names.facts, names, Settled(names, lambda _: False, Nobody), settings)
    return [each for each in found if names.facts.scopes[each].parent == 0]


def _leads_to(each: Import, path: str, place: Neighbourhood) -> bool:
    return not (place_of(path, each.module, each.level, place) and place_of(path, each.dotted, each.level, place))


def _has_star(names: Names, near: Neighbourhood, place: Neighbourhood) -> bool:
    return any(each.name == "*" and _leads_to(each, str(near.path), place) for each in names.facts.bodies[0].imports)


@lru_cache(maxsize=500)  # as long as the names are kept: asked for with every import of a module
def _members(
    names: Names, near: Neighbourhood, place: Neighbourhood, phase: Phase = Phase.IMPORT
) -> Mapping[str, Set[int]]:
    """What calls in a file call of a module, "load" or "Store().open", each with the functions that call it."""
    found: dict[str, set[int]] = {}
    for call, path in _called(names, phase):
        member = _member(path, str(near.path), place)
        if member is not None:
            found.setdefault(member, set()).add(names.facts.function_of(call.place.scope))
    return found


@lru_cache(maxsize=20_000)  # the same paths are called again and again
def _member(path: str, caller: str, place: Neighbourhood) -> str | None:
    """What a call of a path in a file calls of a module; None if it calls nothing of it."""
    dotted = path.lstrip(".")
    level = len(path) - len(dotted)
    parts = dotted.split(".")
    for end in range(0 if level else 1, len(parts)):
        head = ".".join(parts[:end])
        if dotted_start(head) == head and not place_of(caller, head, level, place):
            return ".".join(parts[end:])
    return None


def _handed_to(names: Names, roots: Iterable[Path]) -> Sequence[str]:
    """The resolved paths in other files of the project to which a module's own code gives something.

    Those may call it at once.
    """
    return [
        path
        for call, path in _called(names)
        if call.decorates or any(value.path for value in (*call.args, *dict(call.keywords).values()))
        if _is_own(path, roots)
    ]


def _asks(word: str, place: Neighbourhood, settings: Settings) -> bool:
    """Whether a file's own code, or one of its factories, calls something of an object or module of a name."""
    for text in search(str(place.top)).having(word.encode()):
        names = _names(text, settings.target_version) if text.path != str(place.path) else None
        if names is None or not settings.is_startup(text.path):
            continue
        calls = [*_called(names)]
        if building := _factories(names, text, settings):
            running = {each for number in building for each in _reach(names).running(number)}
            calls += [
                (call, path)
                for call, path in _called(names, Phase.DEFERRED)
                if names.facts.function_of(call.place.scope) in running
            ]
        if any(f".{word}." in f".{path}" and not call.decorates for call, path in calls):
            return True
    return False


@lru_cache(maxsize=200)  # as long as the names are kept
def _reach(names: Names) -> Reach:
    return Reach(names.facts, names)


@lru_cache(maxsize=400)  # likewise
def _called(names: Names, phase: Phase = Phase.IMPORT) -> Sequence[tuple[Call, str]]:
    """The calls of a module's own code, or of its functions, with the resolved paths of what each may call."""
    if phase is Phase.DEFERRED:
        names.facts.read_all()
    found: list[tuple[Call, str]] = []
    for call in names.facts.calls if phase is Phase.DEFERRED else names.facts.bodies[0].calls:
        if call.place.phase is phase:
            path = names.resolve(call.path, call.place.scope)
            _, bindings = names.bindings(path[1:], call.place.scope) if is_unknown(path) else (0, ())
            _, named = names.bindings(call.path, call.place.scope) if is_unknown(path) else (0, ())
            items = (each for binding in named for each in _items_of(binding, names))
            meanings = (path, *(binding.path for binding in bindings), *items)
            found += ((call, each) for each in (*meanings, *_handed(call, meanings, names)))
    return found


def _items_of(binding: Binding, names: Names) -> Iterator[str]:
    """The resolved paths of what a loop's name may be, where the file spells out what the loop goes over."""
    value = binding.value
    if value.kind is Kind.ELEMENT and value.items:
        value = names.value(value.items[0], binding.place.scope)
    if value.kind in (Kind.CHOICE, Kind.SEQUENCE):
        yield from (names.resolve(each.path, binding.place.scope) for each in value.items if each.path)


def _handed(call: Call, callees: Iterable[str], names: Names) -> Iterator[str]:
    """The resolved paths of what a call hands to something outside the project that may call it."""
    if call.decorates or not any(map(may_call, callees)):
        return
    for value in (*call.args, *(value for _, value in call.keywords)):
        if value.kind is Kind.PATH:
            yield names.resolve(value.path, call.place.scope)


@lru_cache(maxsize=200)  # as long as the text is kept: asked of the same files for each module that they import
def _names(text: FileText, version: tuple[int, int]) -> Names | None:
    try:
        source = SourceText(text.data.decode(errors="replace").replace("\r\n", "\n"))
        return Names(glance(tree_of(text.data), source, Target(version)))
    except (SyntaxError, RecursionError):
        return None


def _is_own(path: str, roots: Iterable[Path]) -> bool:
    """Whether a resolved path leads to another file of the project."""
    top = root_of(path)
    if not top:
        return path.startswith(".")
    return top.isidentifier() and any((root / top).is_dir() or (root / f"{top}.py").is_file() for root in roots)
