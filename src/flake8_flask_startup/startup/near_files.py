"""The files around a module: which import it, call something of it while they load, or keep what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ..analysis.call_graph import Reach
from ..analysis.callback_models import makes_fields, may_call
from ..analysis.factories import factories
from ..analysis.outside_calls import comes_to
from ..config.settings import Settings
from ..files.line_index import SourceText
from ..files.trees import tree_of
from ..inference.queries import Nobody, Settled
from ..model.access_paths import as_raw, callee_of, dotted_start, is_unknown, name_in_file, root_of
from ..project.module_facts import ANSWERING
from ..project.module_place import place_of
from ..project.named_in_text import Importer, names_of
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import FileText, Search, search
from ..syntax.binder import glance
from ..syntax.resolver import Names
from ..syntax.static_conditions import Phase, Target
from ..syntax.symbol_table import Binding, Call, Import, ScopeKind
from ..syntax.values import Kind, Value

_TABLE_ITEM = re.compile(r"(\w+)\[[^\[\]]*\]((?:\.\w+)*)")  # `TABLE[key].rows`
MAX_CALLERS = 10  # files that may call something of a module: each takes a look
MAX_READERS = 30  # files examined that may read a name of a module
MAX_STEPS = 2  # from file to file: what calls a function that calls a function of the module


class Caller(NamedTuple):
    """A file that calls something of a module: by its own code, or by the factories that are named."""

    place: Neighbourhood
    factories: Sequence[str] = ()


def callers(
    place: Neighbourhood, settings: Settings, is_reached: Callable[[str], bool], steps: int = MAX_STEPS
) -> Iterator[Caller]:
    """The files that call something that matters: of the module, or of a file whose functions do so."""
    answers_for_names = is_reached(ANSWERING)  # of the module (PEP 562): runs where a name is asked for
    for text in importing(search(str(place.top)), place, settings):
        is_of_interest = answers_for_names or _may_call(text, place, is_reached)
        names = names_in(text, settings.target_version) if is_of_interest else None
        if names is None or not imports_it(names, text, place, settings):
            if steps > 1 and _answers(text):  # what asks it for one may call what it gives
                near = neighbourhood(text.path, place.folders)
                further = list(callers(near, settings, ANSWERING.__eq__, steps - 1))
                yield from (Caller(near), *further) if further else ()
            continue
        near = neighbourhood(text.path, place.folders)
        building = factories_in(names, text, settings)
        runs = answers_for_names or any(map(is_reached, _members(names, near, place))) or _has_star(names, near, place)
        members = _members(names, near, place, Phase.DEFERRED) if building or not runs else {}
        calling = {function for member in members if is_reached(member) for function in members[member]}
        reach = reach_of(names)
        started = [each for each in building if calling and not calling.isdisjoint(reach.running(each))]
        is_caller = runs or bool(started) or (calling and not calling.isdisjoint(reach.loading()))
        if is_caller:
            yield Caller(near, [names.facts.scopes[each].name for each in started])
        onward = _HandingOn(reach, calling, _handed_on(names, near, place), is_reached)
        if steps > 1 and (onward.leads_there or (calling and not is_caller)):
            further = list(callers(near, settings, cache(onward.reaches), steps - 1))
            yield from (Caller(near), *further) if further and not is_caller else further


class _HandingOn(NamedTuple):
    """What a file calls in a module, and the names that it re-exports from it; "*" for all of them."""

    reach: Reach
    calling: Set[int]
    handed: Mapping[str, str]
    is_reached: Callable[[str], bool]

    @property
    def leads_there(self) -> bool:
        """Whether the file re-exports something that matters."""
        return "*" in self.handed or any(map(self.is_reached, self.handed.values()))

    def reaches(self, path: str) -> bool:
        """Return whether calling a path in the file reaches something that matters."""
        head = root_of(path)
        if head in self.handed:
            return self.is_reached(f"{self.handed[head]}{path[len(head) :]}")
        if self.calling and comes_to(self.reach, self.calling, path):
            return True
        return "*" in self.handed and self.is_reached(path)


@lru_cache(maxsize=500)  # kept as long as the names are: each import of a module asks about the same files
def _handed_on(names: Names, near: Neighbourhood, place: Neighbourhood) -> Mapping[str, str]:
    """Return the names that a file re-exports from a module, and its subclasses of the module's classes.

    Each comes with its name in the module. A package's `__init__` offers all that it imports, another file what its
    `__all__` or `import x as x` says.
    """
    path = str(near.path)
    found: dict[str, str] = {}
    for each in names.facts.bodies[0].imports:
        is_offered = near.path.name == "__init__.py" or each.reexports or each.bound in names.facts.exports
        is_offered = (is_offered or each.name == "*") and each.place.phase is Phase.IMPORT
        if is_offered and not place_of(path, each.module, each.level, place):
            found[each.bound or "*"] = each.name
    for scope in names.facts.scopes:
        if scope.kind is ScopeKind.CLASS and not scope.parent:
            bases = (_member(base, path, place) for base in names.bases(scope))
            found.update((scope.name, base) for base in bases if base)
    return found


@lru_cache(maxsize=64)  # asked for with every import of a module; each keeps the texts of a project
def importing(_: Search, place: Neighbourhood, settings: Settings) -> Sequence[FileText]:
    """The files of the app with an import statement of the module, not more than may be looked at."""
    return list(islice(_importing(place, settings), MAX_CALLERS))


@lru_cache(maxsize=64)  # as above, with every name that keeps something
def reading(texts: Search, place: Neighbourhood, settings: Settings, name: str) -> Sequence[FileText] | None:
    """Return the importing files that contain a name or may re-export all names; None if there are too many."""
    naming = frozenset(texts.having(name.encode()))
    found = list(
        islice((each for each in _importing(place, settings) if each in naming or each.has_star), MAX_READERS + 1)
    )
    return found if len(found) <= MAX_READERS else None


def _importing(place: Neighbourhood, settings: Settings) -> Iterator[FileText]:
    for text in place.mentioning():
        if settings.is_startup(text.path) and (
            Importer(place, text).may_import() or (_answers(text) and text.imports_by_name)
        ):
            yield text


def _answers(text: FileText) -> bool:
    """Whether a file has a function that answers for names that it does not bind, and may import what it gives."""
    return f"def {ANSWERING}(".encode() in text.data


def _may_call(text: FileText, place: Neighbourhood, is_reached: Callable[[str], bool]) -> bool:
    """Whether a file may call something of the module that matters, by what its text has of it."""
    named = names_of(text, place)
    is_open = text.has_star or bool(named.aliases) or named.is_value
    return is_open or any(is_reached(each.decode(errors="replace")) for each in sorted(named.names))


def imports_it(names: Names, text: FileText, place: Neighbourhood, settings: Settings) -> bool:
    """Whether a file's own code, or one of its factories, imports the module or something of it."""
    bodies = (0, *factories_in(names, text, settings))
    return any(_leads_to(each, text.path, place) for number in bodies for each in names.facts.body(number).imports)


@lru_cache(maxsize=500)  # as long as the names are kept
def factories_in(names: Names, text: FileText, settings: Settings) -> Sequence[int]:
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


def handed_to(names: Names, roots: Iterable[Path]) -> Sequence[str]:
    """The resolved paths in other files of the project to which a module's own code gives something.

    Those may call it at once.
    """
    return [
        path
        for call, path in _called(names)
        if call.decorates or any(value.path for value in (*call.args, *dict(call.keywords).values()))
        if _is_own(path, roots)
    ]


def derives_from_own(names: Names, roots: Sequence[Path]) -> bool:
    """Whether a class of a module's own code has a base or metaclass in another file of the project."""
    classes = [scope for scope in names.facts.scopes if scope.kind is ScopeKind.CLASS and not scope.parent]
    bases = (base for scope in classes for base in names.bases(scope))
    metaclasses = (names.resolve(scope.metaclass, scope.place.scope) for scope in classes if scope.metaclass)
    return any(_is_own(path, roots) for path in (*bases, *metaclasses))


def is_asked_for(word: str, place: Neighbourhood, settings: Settings) -> bool:
    """Whether a file's own code, or one of its factories, calls something of an object or module of a name."""
    for text in search(str(place.top)).having(word.encode()):
        names = names_in(text, settings.target_version) if text.path != str(place.path) else None
        if names is None or not settings.is_startup(text.path):
            continue
        calls = [*_called(names)]
        if building := factories_in(names, text, settings):
            running = {each for number in building for each in reach_of(names).running(number)}
            calls += [
                (call, path)
                for call, path in _called(names, Phase.DEFERRED)
                if names.facts.function_of(call.place.scope) in running
            ]
        if any(f".{word}." in f".{path}" and not call.decorates for call, path in calls):
            return True
    return False


@lru_cache(maxsize=200)  # as long as the names are kept
def reach_of(names: Names) -> Reach:
    """Return what runs in a file, by its own text alone."""
    return Reach(names.facts, names)


@lru_cache(maxsize=400)  # likewise
def _called(names: Names, phase: Phase = Phase.IMPORT) -> Sequence[tuple[Call, str]]:
    """The calls of a module's own code, or of its functions, with the resolved paths of what each may call."""
    if phase is Phase.DEFERRED:
        names.facts.read_all()
    found: list[tuple[Call, str]] = []
    for call in names.facts.calls if phase is Phase.DEFERRED else names.facts.bodies[0].calls:
        if call.place.phase is phase:
            path = names.called(call.path, call.place.scope)
            _, bindings = names.bindings(name_in_file(path), call.place.scope) if is_unknown(path) else (0, ())
            _, named = names.bindings(call.path, call.place.scope) if is_unknown(path) else (0, ())
            items = (each for binding in named for each in _items_of(binding, names))
            may_be = names.meanings(call.path, call.place.scope)  # of a name that is bound again
            meanings = dict.fromkeys((path, *(binding.path for binding in bindings), *may_be, *items))
            handed = (*_handed(call, meanings, names), *_wrapped(call, names), *_of_table(call, names))
            found += ((call, each) for each in (*meanings, *handed))
    return found


def _items_of(binding: Binding, names: Names) -> Iterator[str]:
    """The resolved paths of what a loop's name may be, where the file spells out what the loop goes over."""
    value = binding.value
    if value.kind is Kind.ELEMENT and value.items:
        value = names.value(value.items[0], binding.place.scope)
    if value.kind in (Kind.CHOICE, Kind.SEQUENCE):
        yield from (names.resolve(each.path, binding.place.scope) for each in value.items if each.path)


def _of_table(call: Call, names: Names) -> Iterator[str]:
    """The resolved paths of what a call is of, for each item of the table that the file takes it from."""
    match = _TABLE_ITEM.fullmatch(call.path)
    for binding in names.bindings(match[1], call.place.scope)[1] if match is not None else ():
        if match is not None and binding.value.kind in (Kind.MAPPING, Kind.SEQUENCE):
            paths = (names.resolve(each.path, binding.place.scope) for each in binding.value.items if each.path)
            yield from (f"{path}{match[2]}" for path in paths if path)


def _handed(call: Call, callees: Iterable[str], names: Names) -> Iterator[str]:
    """The resolved paths of what a call hands to something outside the project that may call it."""
    if call.decorates or not any(may_call(each) or makes_fields(each) for each in callees):
        return
    for value in (*call.args, *(value for _, value in call.keywords)):
        if value.kind is Kind.PATH:
            yield names.resolve(value.path, call.place.scope)


def _wrapped(call: Call, names: Names) -> Iterator[str]:
    """The resolved paths of what the callee was made of by another call: load, of `partial(load, 1)()`.

    `@checked()` calls what a partial function of that name is made of, as `@checked` does.
    """
    scope = call.place.scope
    path = as_raw(callee_of(call.path))
    makers = [names.value(Value(Kind.PATH, path=path) if call.callee.kind is Kind.OTHER else call.callee, scope)]
    for maker in makers:
        for value in maker.items if maker.kind is Kind.CALL else ():
            if value.kind is Kind.PATH:
                yield names.resolve(value.path, scope)
            makers.append(value)


@lru_cache(maxsize=200)  # as long as the text is kept: asked of the same files for each module that they import
def names_in(text: FileText, version: tuple[int, int]) -> Names | None:
    """Return the names of a file as a version of Python has them; None if it cannot be parsed."""
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
