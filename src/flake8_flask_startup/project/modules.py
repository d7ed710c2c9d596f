"""Which files are first party, where a dotted name lives, and what those files say.

The only module that opens other files than the one under lint. A file that cannot be read or parsed is an unknown with
a reason, never an error of the file that imports it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import accumulate, islice
from pathlib import Path, PurePath

from ..config.settings import SOURCE_FOLDERS
from ..files.fresh_stack import on_fresh_stack
from ..files.identity import Identity, digest_of_names, identity_of
from ..files.line_index import SourceText
from ..files.parsing import parsed
from ..files.source_file import optional_text, read_source, reason, say_unread
from ..files.ttl import while_fresh
from ..files.walking import FolderId, identity, is_file, is_folder, names_in, walked
from ..model import Span
from ..syntax.binder import collect, glance
from ..syntax.overwrites import Overwrites, overwrites
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from ..syntax.symbol_table import (
    Binding,
    Call,
    Effect,
    Facts,
    Implicit,
    Import,
    Kind,
    Role,
    ScopeKind,
    Store,
    Value,
    mentions_name,
)
from ..syntax.text_prefilter import ADDED_TO, ANYTHING, ASSIGNED, adds, sets_item
from .folders import INSTALLED, Folders

DATA_SUFFIXES = frozenset({".cfg", ".ini", ".json", ".toml", ".yaml", ".yml"})
MAX_DATA_FILES = 200
MAX_DATA_FOLDERS = 500
MAX_WAYS = 3  # by links to one package
MAX_PARTS = 100  # of a dotted name: no module lies deeper
_TAKING = re.compile(r"\.\s*(?:clear|difference_update|discard|pop|remove)\s*\(")  # what begins it is looked for fast
_REORDERING = re.compile(r"\.(?:insert|reverse|sort)\(")
_LAST_NAME = re.compile(r"\w+(?=\s*\Z)")
MAX_NAME = 200  # characters of a name, with the space behind it


Event = Import | Call | Implicit | Store
_ROOTS = re.compile(r"(?=([^.\[]+))([^.\[]+\.[^.\[]+)?")


def _roots(path: str) -> list[str]:
    """The first name of a raw path, and that with the second: "self" and "self.parts" of "self.parts[].append"."""
    match = _ROOTS.match(path)
    return [each for each in match.groups() if each] if match is not None else []


class Origin(Enum):
    """Whose a module is."""

    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"
    STDLIB = "stdlib"


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A module that has a place on disk. path is its file; None for a namespace package, whose folders have none."""

    name: str
    path: Path | None
    folders: tuple[Path, ...]  # where its submodules lie; empty for a plain module
    origin: Origin

    @property
    def package(self) -> str:
        """The package that its relative imports count from."""
        return self.name if self.folders else self.name.rpartition(".")[0]


@dataclass
class ModuleFacts:
    """What a module's file says; problem is the reason if it says nothing."""

    file: ModuleFile
    facts: Facts
    source: SourceText
    problem: str = ""

    def __post_init__(self) -> None:
        self._events: dict[int, dict[int, list[Event]]] = {}  # by body, then by function
        self._bound_in: dict[int, set[str]] = {}  # names, by loop
        self._makers: dict[int, bool] = {}
        self._givers: dict[int, bool] = {}
        self._stores: dict[str, list[Store]] = {}  # by the attribute that is assigned to
        self._additions: dict[str, list[Call | Store]] = {}
        self._overwriting: dict[int, Overwrites] = {}  # by body
        self._rooted: dict[str, list[Call | Store]] = {}  # by the root of the path
        self._readers: dict[str, tuple[frozenset[int], int]] = {}  # functions by name, and in how many bodies
        self._rooted_in = 0  # bodies that those are from

    def events_in(self, function: int) -> Sequence[Event]:
        """What a function does in source order, imports and calls above all; for 0 module and class bodies.

        Of a library's code these are all: what it stores and what its objects do unnamed is not followed.
        """
        number = self.facts.scopes[function].body
        if number not in self._events:
            body = self.facts.body(function)
            events: list[Event] = [*body.imports, *body.calls, *body.unnamed]
            if self.file.origin is Origin.FIRST_PARTY:
                events += [*body.implicit, *body.stores]
            found = self._events[number] = {}
            for event in sorted(events, key=lambda each: each.order):
                found.setdefault(self.facts.function_of(event.place.scope), []).append(event)
        return self._events[number].get(function, ())

    def reads_in(self, function: int, names: Iterable[str]) -> Sequence[Implicit]:
        """Where a function reads some names of the module, annotations aside; for 0 module and class bodies."""
        body = self.facts.scopes[function].body
        self.facts.read(function)
        return [
            Implicit(Effect.NAME, Value(Kind.PATH, path=name), Span(use.line), use.place, use.order)
            for name in names
            for use in self.facts.uses_in(body, name)
            if use.home == 0 and use.role not in (Role.ANNOTATION, Role.DELETE)
            if self.facts.function_of(use.place.scope) == function
        ]

    def stores_to(self, name: str) -> Sequence[Store]:
        """Assignments to an attribute of whatever object, anywhere in the module."""
        if name not in self._stores:
            attribute, item, _ = name.partition("[")  # an item's key may be written in either kind of quotes
            if attribute in self.source.text:
                self.facts.read_at(self.source.lines_with_next(attribute, ANYTHING if item else ASSIGNED))
            self._stores[name] = [store for store in self.facts.stores if store.path.endswith(f".{name}")]
        return self._stores[name]

    def additions_to(self, path: str) -> Sequence[Call | Store]:
        """Calls and assignments that put something into the container at a raw path, anywhere in the module."""
        if path not in self._additions:
            last, item, _ = path.rpartition(".")[2].partition("[")
            self.facts.read_at(self.source.lines_with_next(last, ANYTHING if item else ADDED_TO))
            inside = (f"{path}.", f"{path}[")
            events = [each for each in self._by_root(path) if each.path.startswith(inside)]
            calls = [each for each in events if isinstance(each, Call) and adds(each.path, path)]
            stores = [each for each in events if isinstance(each, Store) and sets_item(each.path, path)]
            self._additions[path] = [*calls, *stores]
        return self._additions[path]

    def overwriting(self, name: str, home: int) -> Sequence[tuple[Binding, Call | Store]]:
        """Assignments to items of a name's mapping that overwrite what it has, in the code that binds the name."""
        return self._overwritten(home).get((home, name), ())

    def _overwritten(self, home: int) -> Overwrites:
        body = self.facts.scopes[home].body
        if body not in self._overwriting:
            self.facts.read(home)
            self._overwriting[body] = overwrites(self.facts, self.names, body)
        return self._overwriting[body]

    def _by_root(self, path: str) -> Sequence[Call | Store]:
        """The calls and assignments, of those that were read, whose paths begin with the first names of a raw path."""
        if self._rooted_in != len(self.facts.bodies):
            self._rooted_in = len(self.facts.bodies)
            self._rooted.clear()
            events: list[Call | Store] = [*self.facts.calls, *self.facts.stores]
            for each in events:
                for root in _roots(each.path):
                    self._rooted.setdefault(root, []).append(each)
        return self._rooted.get((_roots(path) or [""])[-1], ())

    @cached_property
    def stars(self) -> Sequence[Import]:
        """The star imports of the module."""
        return [each for each in self.facts.bodies[0].imports if each.name == "*"]

    def rests_on_turns(self, event: Call | Import, loop: int) -> bool:
        """Whether something in a loop, or a test around it, mentions a name that the loop binds anew in each turn."""
        if loop not in self._bound_in:
            bindings = (
                (name, each) for scope in self.facts.scopes for name, found in scope.bindings.items() for each in found
            )
            names = {name for name, each in bindings if loop in each.place.branch}
            self._bound_in[loop] = names.union(name for name, _ in self.facts.loops[loop].names)
        names = self._bound_in[loop]
        values = [test.value for test in event.place.tests]
        if isinstance(event, Call):
            values += [
                Value(Kind.PATH, path=event.path),
                event.callee,
                *event.args,
                *[each for _, each in event.keywords],
            ]
        return any(mentions_name(value, names) for value in values)

    @cached_property
    def taken_from(self) -> frozenset[str]:
        """The names that stand before a call of a method that takes something out of a container."""
        return self._before(_TAKING)

    @cached_property
    def reordered(self) -> frozenset[str]:
        """The names that stand before a call of a method that changes the order of a list."""
        return self._before(_REORDERING)

    def _before(self, method: re.Pattern[str]) -> frozenset[str]:
        text = self.source.text
        before = [text[max(0, each.start() - MAX_NAME) : each.start()] for each in method.finditer(text)]
        return frozenset(match.group() for each in before if (match := _LAST_NAME.search(each)) is not None)

    @cached_property
    def bound_again(self) -> Sequence[tuple[int, str]]:
        """Names of the module that are bound more than once, each time with where, in that order."""
        bindings = self.facts.scopes[0].bindings.items()
        again = {name: [each.order for each in found] for name, found in bindings if len(found) > 1}
        items = [
            (each.order, name)
            for (home, name), found in self._overwritten(0).items()
            for each, _ in (found if not home else ())
        ]
        return sorted([*items, *[(order, name) for name, orders in again.items() for order in orders]])

    def reading(self, names: Iterable[str]) -> set[int]:
        """The functions, of those that were read, that read one of some names of the module."""
        found: set[int] = set()
        for name in names:
            readers, known = self._readers.get(name, (frozenset(), 0))
            bodies = self.facts.bodies_reading(name)
            if known < len(bodies):
                uses = [use for body in bodies[known:] for use in self.facts.uses_in(body, name)]
                readers |= {self.facts.function_of(use.place.scope) for use in uses}
                self._readers[name] = readers, len(bodies)
            found |= readers
        return found

    def makes_functions(self, function: int) -> bool:
        """Whether there are functions inside a function, which it may give."""
        if function not in self._makers:
            self.facts.read(function)
            inside = (each for each in self.facts.scopes if each.parent == function)
            self._makers[function] = any(each.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA) for each in inside)
        return self._makers[function]

    def gives_parameters(self, function: int) -> bool:
        """Whether a function returns something that it is passed, as it is."""
        if function not in self._givers:
            scope = self.facts.scopes[function]
            given = {each.path for each in self.facts.returns(function) if each.kind is Kind.PATH}
            self._givers[function] = not given.isdisjoint(scope.parameters[self._is_method(function) :])
        return self._givers[function]

    def _is_method(self, function: int) -> bool:
        return self.facts.scopes[self.facts.scopes[function].parent].kind is ScopeKind.CLASS

    @cached_property
    def names(self) -> Names:
        """The file's names."""
        return Names(self.facts)


NOTHING = collect(ast.Module(body=[], type_ignores=[]), Target((3, 11)))
NO_TEXT = SourceText("")


class Project:
    """First-party roots, and optionally an environment's site-packages, as one name space of modules.

    overlay maps resolved paths to the text an editor holds, which stands before what is on disk.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        first_party: Sequence[str] = (),
        env: Path | None = None,
        target: Target | None = None,
        overlay: Mapping[Path, str] | None = None,
    ) -> None:
        self.roots: list[Path] = [Path(root).absolute() for root in roots]
        self.named_first_party = frozenset(first_party)
        self.env = env.absolute() if env is not None else None
        self.target = target or Target((sys.version_info.major, sys.version_info.minor))
        self.overlay = overlay or {}
        self._files: dict[str, ModuleFile | None] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._named: dict[str, list[str]] = {}
        self._listings: dict[Path, frozenset[str]] = {}
        self._read_as: dict[Path, Identity] = {}
        self._ways: dict[FolderId | None, set[str]] = {}  # by folder, under which names links lead to it
        self._closed: set[str] = set()  # packages that are not gone into
        self.folders = Folders([*self.roots, *([self.env] if self.env is not None else [])])

    def add_root(self, folder: Path) -> None:
        """A folder of the project's that startup puts on `sys.path`; one of installed packages makes them no others."""
        folder = folder.absolute()
        if self.env is not None and folder.is_relative_to(self.env):
            return
        if folder not in self.roots and is_folder(folder):
            self.roots.append(folder)
            self.folders.add(folder)
            self._files = {name: file for name, file in self._files.items() if file is not None}

    def find(self, dotted: str) -> ModuleFile | None:
        """The module of a dotted name, if its source lies in the project or the environment."""
        if dotted not in self._files:
            parent = None
            for name in accumulate(dotted.split("."), "{}.{}".format):  # not by recursion: packages can be nested deep
                if name not in self._files:
                    self._files[name] = self._find(name, parent)
                parent = self._files[name]
                if parent is None:
                    break
            self._files.setdefault(dotted, None)
        return self._files[dotted]

    def _find(self, dotted: str, package: ModuleFile | None) -> ModuleFile | None:
        """A module of the project or the environment, in the package that it lies in if it is no top-level one."""
        last = dotted.rpartition(".")[2]
        if not last.isidentifier():
            return None
        if package is not None:
            return self._locate(dotted, last, package.folders, package.origin)
        found = self._locate(dotted, last, self.roots, Origin.FIRST_PARTY)
        if (found is None or found.path is None) and self.env is not None and last not in sys.stdlib_module_names:
            origin = Origin.FIRST_PARTY if last in self.named_first_party else Origin.THIRD_PARTY
            installed = self._locate(dotted, last, [self.env], origin)
            found = installed if installed is not None and (found is None or installed.path is not None) else found
        return found

    def _locate(self, dotted: str, last: str, folders: Sequence[Path], origin: Origin) -> ModuleFile | None:
        """As the import system searches: the first folder with a package or module wins, else a namespace is made."""
        portions = []
        for folder in folders:
            names = self._names_in(folder)
            inner = folder / last if last in names else None
            if inner is not None and "__init__.py" in self._names_in(inner):
                is_open = self._is_open(dotted, inner)
                return ModuleFile(dotted, inner / "__init__.py", (inner,) if is_open else (), origin)
            if f"{last}.py" in names:
                return ModuleFile(dotted, folder / f"{last}.py", (), origin)
            if f"{last}.so" in names:
                return ModuleFile(dotted, folder / f"{last}.so", (), origin)
            if inner is not None and any(_importable(entry) for entry in _entries(inner)):
                portions.append(inner)
        return ModuleFile(dotted, None, tuple(portions), origin) if portions else None

    def _is_open(self, dotted: str, folder: Path) -> bool:
        """Whether to go on into a package: not by a link into one that it lies in, nor by ever more ways."""
        if not folder.is_symlink():
            return True
        known = identity(folder)
        ways = self._ways.setdefault(known, set())
        if len(ways) < MAX_WAYS and all(identity(above) != known for above in folder.parents):
            ways.add(dotted)
        if dotted not in ways:
            self._closed.add(dotted)
        return dotted in ways

    def _names_in(self, folder: Path) -> frozenset[str]:
        """The names in a folder, listed once: most of the names that are looked for are not there.

        A compiled module counts as "name.so", whatever Python and machine its name tells of.
        """
        if folder not in self._listings:
            names = names_in(folder)
            compiled = [f"{name.partition('.')[0]}.so" for name in names if name.endswith(".so")]
            self._listings[folder] = frozenset([*names, *compiled])
        return self._listings[folder]

    def origin(self, dotted: str) -> Origin:
        """Whose module a dotted name is, found or not."""
        top = dotted.partition(".")[0]
        file = self.find(top)
        if file is not None:
            return file.origin
        if top in self.named_first_party:
            return Origin.FIRST_PARTY
        return Origin.STDLIB if top in sys.stdlib_module_names else Origin.THIRD_PARTY

    def lacks(self, dotted: str) -> bool:
        """Whether an environment was given and has no source of the package that a dotted name lies in."""
        top = dotted.partition(".")[0]
        return self.env is not None and self.find(top) is None and self.origin(top) is Origin.THIRD_PARTY

    def is_missing(self, top: str) -> bool:
        """Whether an environment was given and has nothing of a top-level name, compiled or not."""
        return self.env is not None and top not in self._installed and self.find(top) is None

    @cached_property
    def _installed(self) -> frozenset[str]:
        """The top-level names in the environment."""
        return frozenset(name.partition(".")[0] for name in (names_in(self.env) if self.env is not None else ()))

    def may_have(self, dotted: str) -> bool:
        """Whether there may be a module of a dotted name: of the project's own, or an environment's, none is hidden."""
        origin = self.origin(dotted)
        hidden = origin is Origin.STDLIB or (origin is Origin.THIRD_PARTY and self.env is None)
        return hidden or self.find(dotted) is not None

    def children(self, dotted: str) -> Iterator[str]:
        """The dotted names of a package's direct submodules, in the order of their names."""
        package = self.find(dotted)
        names = set()
        for folder in package.folders if package is not None else ():
            for entry in _entries(folder):
                if entry.suffix == ".py" and entry.stem.isidentifier() and entry.stem != "__init__":
                    names.add(entry.stem)
                elif entry.name.isidentifier() and is_file(entry / "__init__.py"):
                    names.add(entry.name)
        return (f"{dotted}.{name}" for name in sorted(names))

    def named_in_data(self, package: str) -> list[str]:
        """Modules of a package that its own data files name: configuration that says what to import."""
        file = self.find(package)
        if package not in self._named:
            spelled = re.compile(rf"\b{re.escape(package)}(?:\.\w+){{1,{MAX_PARTS}}}")
            texts = (text for folder in (file.folders if file else ()) for text in self._data_texts(folder))
            may = (text for text in texts if f"{package}." in text)  # a tenth of a search for the expression
            found = sorted({name for text in may for name in spelled.findall(text)})
            self._named[package] = list(dict.fromkeys(filter(None, map(self._longest, found))))
        return self._named[package]

    def _data_texts(self, folder: Path) -> Iterator[str]:
        return map(self.data_text, _data_files(folder))

    def data_text(self, path: Path) -> str:
        """The text of a data file; nothing of one that cannot be read."""
        self._read_as[path] = identity_of(path)
        return optional_text(path)

    def data_file(self, text: str, near: Sequence[Path]) -> Path | None:
        """The data file that a path names: in one of some folders or a root, or under its name further in."""
        for folder in (*near, *self.roots):
            if is_file(folder / text):
                return folder / text
        named = [each for root in self.roots for each in _data_files(root) if each.name == PurePath(text).name]
        return named[0] if named else None

    def _longest(self, dotted: str) -> str:
        """As much of a dotted name as is a module: configuration names classes too."""
        while "." in dotted and self.find(dotted) is None:
            dotted = dotted.rpartition(".")[0]
        return dotted if "." in dotted else ""

    def facts(self, file: ModuleFile) -> ModuleFacts:
        """What a module says; nothing, with the reason, if it cannot be read or parsed."""
        known = self._facts.get(file.name)
        if known is None:
            known = self._facts[file.name] = self._read(file)
        return known

    def rests_on(self) -> Mapping[Path, Identity | str]:
        """The files that were read so far, as they were then, and the folders that were searched, by their names.

        Answers may change when one of them does.
        """
        searched = {path.absolute() for path in self.folders.searched}
        folders = {*self.roots, *searched, *(path.parent for path in self._read_as)}
        return {**self._read_as, **{folder: module_names(folder, self._listings.get(folder)) for folder in folders}}

    def _read(self, file: ModuleFile) -> ModuleFacts:
        if file.path is None or file.path.suffix != ".py":
            return ModuleFacts(file, NOTHING, NO_TEXT)
        path = file.path
        if file.name in self._closed:
            return ModuleFacts(file, NOTHING, NO_TEXT, "a link leads round in a circle, or to a package once more")
        try:
            try:
                return self._parsed(file, path)
            except RecursionError:  # whoever asks may stand deep in the stack
                return on_fresh_stack(lambda: self._parsed(file, path))
        except OSError as error:
            say_unread(file.path, error)
            problem = reason(error)
        except (SyntaxError, UnicodeDecodeError, RecursionError) as error:
            problem = str(error)
        return ModuleFacts(file, NOTHING, NO_TEXT, f"{file.path.name} cannot be read: {problem}")

    def _parsed(self, file: ModuleFile, path: Path) -> ModuleFacts:
        """What a module's file says.

        Raises:
            OSError, SyntaxError, UnicodeDecodeError: if it cannot be read or parsed.
            RecursionError: if the stack is too short for it.
        """
        text = self.overlay.get(path)
        if text is None:
            self._read_as[path] = identity_of(path)  # before: what changes meanwhile is noticed
            text = read_source(path)
        source = SourceText(text.replace("\r\n", "\n"))
        follows = file.origin is Origin.FIRST_PARTY
        return ModuleFacts(file, glance(parsed(text), source, self.target, follows=follows), source)


def module_names(folder: Path, names: Iterable[str] | None = None) -> str:
    """What changes when a name that could be a module comes to a folder or goes; names is what the folder holds."""
    found = names_in(folder) if names is None else names
    return digest_of_names(name for name in found if name.removesuffix(".py").isidentifier())


def first_party(filename: str) -> Callable[[str], bool]:
    """A test for top-level names that resolve to a file of the project that filename lies in.

    The project's import roots are the working directory, its `src` and `lib`, and the nearest folder around the file
    that is not itself a package. Unreadable folders hold nothing.
    """

    @cache
    def path_and_roots() -> tuple[Path, list[Path]]:
        path = Path(filename).absolute()
        return path, import_roots(path)

    def is_first_party(name: str) -> bool:
        path, roots = path_and_roots()
        return any(_is_own(root, name, path) for root in roots)

    return is_first_party


def import_roots(path: Path) -> list[Path]:
    """The folders that the imports of a file are searched in, in the order of `first_party`."""
    return [*(Path.cwd() / folder for folder in SOURCE_FOLDERS), _import_root(path.parent)]


def _is_own(root: Path, name: str, path: Path) -> bool:
    """Whether a root holds a name of the project's; where packages are installed, only the file's own package is."""
    if root.name in INSTALLED and (not path.is_relative_to(root) or path.relative_to(root).parts[0] != name):
        return False
    return _holds(root, name)


def _import_root(folder: Path) -> Path:
    while is_file(folder / "__init__.py") and folder != folder.parent:
        folder = folder.parent
    return folder


def _importable(entry: Path) -> bool:
    return entry.suffix == ".py" or (
        entry.name.isidentifier() and any(inner.suffix == ".py" for inner in _entries(entry))
    )


def _entries(folder: Path) -> list[Path]:
    return [folder / name for name in names_in(folder)]


def _data_files(folder: Path) -> list[Path]:
    paths = (
        Path(found.path, name)
        for found in islice(walked(folder), MAX_DATA_FOLDERS)
        for name in found.files
        if PurePath(name).suffix in DATA_SUFFIXES
    )
    return list(islice(paths, MAX_DATA_FILES))


@while_fresh(10_000)  # asked for with every import of every file
def _holds(root: Path, name: str) -> bool:
    return is_file(root / f"{name}.py") or any(each.endswith(".py") for each in names_in(root / name))
