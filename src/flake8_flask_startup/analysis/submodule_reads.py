"""Modules that are reached without importing them: through their packages, or looked up among those that are loaded."""

from __future__ import annotations

import ast
import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import PurePath
from sys import intern, maxsize
from typing import NamedTuple, TypeAlias

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..model.access_paths import has_call, has_item, is_dotted, owner_of, root_of, split_first
from ..project.file_nodes import IMPORTING, last_of, statements
from ..project.references import Neighbourhood
from ..project.text_index import FileText, Search, search
from ..syntax.import_statements import Imported, imported
from ..syntax.raw_paths import raw_path
from ..syntax.symbol_table import Import
from ..syntax.tree_walk import with_functions
from .loaded_by_parent import LOADED_BY_PARENT
from .submodule_words import looks_up, may_bind, may_read_off

MAX_READ = 50  # files that read a name of something unknown: each is parsed


def read_through_parent(
    each: Import,
    tree: ast.Module | None,
    place: Neighbourhood | None,
    is_module: Callable[[str], bool],
    *,
    is_used: bool,
) -> str:
    """Return where another statement comes to a module that an import loads; empty if none is seen to.

    A submodule is an attribute of its package, and `sys.modules` has all. The file itself is asked by its tree.
    is_used says whether the file uses the name that the import binds: `from package import name` of one that it uses
    may be of any object, unless is_module, or a statement of the project, says that it is a module.
    """
    found = search(str(place.top)) if place is not None else None
    for module in _modules(each):
        parent, _, last = module.rpartition(".")
        if last in LOADED_BY_PARENT.get(parent, ()):
            continue
        if module == each.dotted and each.name and is_used and not (is_module(module) or _is_module(module, found)):
            continue
        if tree is not None and module in _own(tree).called:
            continue
        for line in _reads(_own(tree), module, each) if tree is not None else ():
            return f"line {line} reads '{module}', which is there once it is imported"
        if place is not None and found is not None and (reason := _read_elsewhere(module, place, found)):
            return reason
    return ""


def importing(top: str, place: Neighbourhood, besides: Collection[str]) -> str:
    """Return which file imports a package, besides the one at a place and those at some paths; empty if none does."""
    found = search(str(place.top))
    having = (text for text in found.having(encoded(top)) if text.path not in {str(place.path), *besides})
    return next((place.shown(text) for text in having if (file := _other(text)) and top in file.loading), "")


def _read_elsewhere(module: str, place: Neighbourhood, found: Search) -> str:
    """Return which other file comes to a module that it does not import."""
    for text in _reading(module, found):
        other = _other(text) if text.path != str(place.path) else None
        for line in _reads(other, module) if other is not None else ():
            if _is_called(module, found):
                break
            return f"{place.shown(text)} reads '{module}' on line {line}, which is there once it is imported"
    return _read_where_handed(module, place, found) if "." in module else ""


def _read_where_handed(submodule: str, place: Neighbourhood, found: Search) -> str:
    """Return which file may read a submodule off its package under a name that is not of an import of the package."""
    package, _, last = submodule.rpartition(".")
    reading = [each for each in found.reading(encoded(last)) if PurePath(each.path).stem.isidentifier()]
    for text in islice(reading, MAX_READ):
        file = _other(text)
        for each in file.attributes.get(last, ()) if file is not None else ():
            if file is not None and _may_be_package(each, file, package, found, place):
                return f"{place.shown(text)} reads '.{last}' on line {each.line} of what may be {package}"
    return ""


def _may_be_package(each: _Attribute, file: _File, package: str, found: Search, place: Neighbourhood) -> bool:
    """Whether what an attribute is read off may be a package that the project hands on by other ways than importing it.

    What another package of the environment gives is something else.
    """
    owner = owner_of(each.path)
    root = root_of(owner)
    imported = file.bound.get(root, "")
    is_starred = not imported and "" in file.bound  # a star import may have brought the name
    is_own = imported[:1] == "." or (bool(imported) and place.has(imported.partition(".")[0]))
    if is_starred or is_own:
        own = imported if imported and owner == root else owner
        handed = _handed(package, found)  # which many files are parsed for
        return handed.is_value or own.rpartition(".")[2] in handed.names
    is_asked = package in file.texts and (has_call(owner) or has_item(owner))  # `sys.modules["package"]`
    return (not imported or is_asked) and _handed(package, found).is_value


class _Handed(NamedTuple):
    """How a project has a package: the names that imports give it, and whether code keeps it or gives it away."""

    names: Set[str]
    is_value: bool


@lru_cache(maxsize=100)  # as above
def _handed(package: str, found: Search) -> _Handed:
    names: set[str] = set()
    is_value = False
    for text in found.having(encoded(package.rpartition(".")[2])):
        file = _other(text) if _may_have(text, package) else None
        if file is None:
            continue
        names.update(name for name, dotted in file.bound.items() if dotted == package)
        parted = (value.partition(".") for value in file.values)
        values = (f"{file.bound.get(root, '')}{dot}{rest}" for root, dot, rest in parted)
        is_value = is_value or package in file.texts or package in values
    return _Handed(names, is_value)


_LOOKING_UP = frozenset({b"modules", *map(str.encode, IMPORTING)})


def _may_have(text: FileText, package: str) -> bool:
    """Whether a text may bind a package, or look it up by its name."""
    first, _, inside = package.partition(".")
    is_bound = encoded(first) in text.words if inside else may_bind(text.data, encoded(first))
    return is_bound or not _LOOKING_UP.isdisjoint(text.words)


@lru_cache(maxsize=100)  # asked of the same few submodules by many files; each keeps the texts of a project
def _reading(submodule: str, found: Search | None) -> Sequence[FileText]:
    """The files that have the first name of a submodule in their text, and read the last of something.

    Migrations and their like, which no import can name, run when a tool has loaded the models.
    """
    if found is None:
        return ()
    last = encoded(submodule.rpartition(".")[2])
    reading = set(found.reading(last))
    having = [each for each in found.having(last) if each in reading or each.asks_by_text]
    first = found.narrowed(having, encoded(submodule.partition(".")[0]))
    near = [each for each in having if each in first and PurePath(each.path).stem.isidentifier()]
    if "." not in submodule:
        return [each for each in near if looks_up(each.data, submodule)]
    return [each for each in near if looks_up(each.data, submodule) or may_read_off(each.data, submodule)]


@lru_cache(maxsize=100)  # asked of the same few submodules by many files
def _is_module(dotted: str, found: Search | None) -> bool:
    """Whether some import statement of the project says that a dotted name is a module."""
    statement = re.compile(rb"\b(?:import|from)[ \t]+%s\b" % re.escape(encoded(dotted)))
    having = found.having(encoded(dotted.rpartition(".")[2])) if found is not None else ()
    spelled = encoded(dotted)
    return any(spelled in each.data and statement.search(each.data) for each in having)


def _modules(each: Import) -> Iterator[str]:
    """The dotted names of modules that an import may load; `from a import b` may name no module."""
    if each.level:
        return
    parts = each.dotted.split(".") if each.name != "*" else each.module.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


@lru_cache(maxsize=100)  # as above
def _is_called(dotted: str, found: Search | None) -> bool:
    """Whether some file of the project calls what a dotted name leads to, which is no module then."""
    having = found.having(encoded(dotted.rpartition(".")[2])) if found is not None else ()
    files = map(_other, islice((each for each in having if encoded(dotted.partition(".")[0]) in each.words), MAX_READ))
    return any(file is not None and dotted in file.called for file in files)


class _Attribute(NamedTuple):
    """An attribute that a file reads: its raw path, its line, and the outermost function around it (0: none)."""

    path: str
    line: int
    function: int


_Asked: TypeAlias = tuple[str, str, int]


class _File(NamedTuple):
    """What a file imports, and reads off what it imports, without its tree.

    loading are the lines of the absolute import statements that load a module, or one in it, by its dotted name;
    naming those that bind a name to it, each with the name. bound are the names of all, with what they stand for, local
    those that one statement of a function binds, by name and function, each with its line.
    asked are `getattr` calls and the like, by the last part of the name: the raw path of the object, empty for any,
    the name, the line. looked_up are the names that modules which are loaded are looked up by, each with a line.
    parameters are the names of parameters, each with the outermost function around it. values are the raw paths that
    are kept or given away, texts the names that modules are looked up by. called are the dotted names of what is called
    off imports: no modules.
    """

    loading: Mapping[str, Sequence[int]]
    naming: Mapping[str, Sequence[tuple[int, str]]]
    attributes: Mapping[str, Sequence[_Attribute]]  # by the last name
    asked: Mapping[str, Sequence[_Asked]]
    looked_up: Mapping[str, int]
    parameters: Set[tuple[str, int]]
    bound: Mapping[str, str]
    local: Mapping[tuple[str, int], tuple[int, str]]
    values: Set[str]
    texts: Set[str]
    called: Set[str]


def _reads(file: _File, submodule: str, besides: Import | None = None) -> Iterator[int]:
    """Where a file reads a submodule off a package that it imports without it, other than by one import's name."""
    package, _, last = submodule.rpartition(".")
    attributes, asked = file.attributes.get(last, ()), file.asked.get(last, ())
    if not attributes and not asked and submodule not in file.looked_up:  # as with most
        return
    if submodule in file.called:
        return
    its_line, its_name = (besides.span.line, besides.bound) if besides is not None else (0, "")
    if any(line != its_line for line in file.loading.get(submodule, ())):
        return
    around = accumulate(package.split("."), "{}.{}".format)
    named = sorted((line, name, dotted) for dotted in around for line, name in file.naming.get(dotted, ()))
    owners = {name: dotted for line, name, dotted in named if line != its_line and name != its_name}
    if submodule in file.looked_up:
        yield file.looked_up[submodule]
    for each in attributes if owners or file.local else ():
        root, rest = split_first(each.path)
        line, local = file.local.get((root, each.function), (its_line, ""))
        owner = local if line != its_line else owners.get(root)
        if f"{owner}.{rest}" == submodule and (root, each.function) not in file.parameters:
            yield each.line
    for path, name, line in asked if owners else ():
        near = [owners.get(path)] if path else owners.values()
        if any(f"{each}.{name}" == submodule for each in near):
            yield line


@lru_cache(maxsize=1000)  # asked of the same files with each import of a project
def _other(text: FileText) -> _File | None:
    """What another file imports and reads; None if it cannot be parsed."""
    tree = optional_tree(text.data)
    return None if tree is None else _read(tree)


@lru_cache(maxsize=16)  # asked for with every import of a file
def _own(tree: ast.Module) -> _File:
    return _read(tree)


def _read(tree: ast.Module) -> _File:
    attributes: dict[str, list[_Attribute]] = {}
    asked: dict[str, list[_Asked]] = {}
    looked_up: dict[str, tuple[int, str]] = {}
    parameters: set[tuple[str, int]] = set()
    values: set[str] = set()
    texts: set[str] = set()
    called: set[str] = set()
    numbers: dict[ast.AST | None, int] = {None: 0}  # of the outermost functions
    for node, around, inner in with_functions(tree):
        function = numbers.setdefault(around, len(numbers))
        if isinstance(node, ast.Attribute):
            path = intern(raw_path(node))  # most are read many times, and all are kept
            attributes.setdefault(node.attr, []).append(_Attribute(path, node.lineno, function))
        elif isinstance(node, (ast.Call, ast.Compare, ast.Subscript)):
            owner, key = _asked(node)
            if key and owner.rpartition(".")[2] == "modules":
                looked_up.setdefault(key, (node.lineno, owner))
            elif key:
                asked.setdefault(key.rpartition(".")[2], []).append((owner, key, node.lineno))
            if isinstance(node, ast.Call):
                texts.update(filter(None, map(_text, node.args[:1])) if last_of(node.func) in IMPORTING else ())
                called.add(raw_path(node.func))
        elif isinstance(node, ast.arg) and function:
            parameters.add((node.arg, function))
        if not isinstance(node, (ast.Attribute, ast.Compare, ast.Expr)):
            values.update([intern(raw_path(each)) for each in inner if isinstance(each, (ast.Attribute, ast.Name))])
    names = list(_imported(tree))
    loading: dict[str, list[int]] = {}
    naming: dict[str, list[tuple[int, str]]] = {}
    for line, each in names:
        if not each.level:
            naming.setdefault(each.path, []).append((line, each.bound))
            for module in accumulate(each.dotted.split("."), "{}.{}".format):
                loading.setdefault(module, []).append(line)
    bound = {each.bound: each.path for _, each in names}
    parted = (path.partition(".") for path in called if is_dotted(path))
    off_imports = {intern(f"{bound[root]}{dot}{rest}") for root, dot, rest in parted if root in bound}
    local = _bound_once(names, sorted((*_lines(node), number) for node, number in numbers.items() if node is not None))
    # Other things called modules may have the name of a package for a key; hardly that of a submodule.
    lines = {key: line for key, (line, owner) in looked_up.items() if "." in key or _is_of_sys(owner, bound)}
    texts |= looked_up.keys()
    return _File(loading, naming, attributes, asked, lines, parameters, bound, local, values, texts, off_imports)


def _is_of_sys(path: str, bound: Mapping[str, str]) -> bool:
    root, dot, rest = path.partition(".")
    return f"{bound.get(root, '')}{dot}{rest}" == "sys.modules"


def _lines(node: ast.AST) -> tuple[int, int]:
    first = getattr(node, "lineno", 0)
    return first, getattr(node, "end_lineno", None) or first


def _bound_once(
    names: Iterable[tuple[int, Imported]], functions: Sequence[tuple[int, int, int]]
) -> Mapping[tuple[str, int], tuple[int, str]]:
    """What one import statement of an outermost function binds; of functions, first and last line and number."""
    found: list[tuple[tuple[str, int], tuple[int, str]]] = []
    for line, each in names:
        at = bisect(functions, (line, maxsize, 0)) - 1
        if at >= 0 and line <= functions[at][1]:
            found.append(((each.bound, functions[at][2]), (line, each.path)))
    times = Counter(key for key, _ in found)
    return {key: place for key, place in found if times[key] == 1}


def _asked(node: ast.Call | ast.Compare | ast.Subscript) -> tuple[str, str]:
    """The raw path of what an expression asks for a name by its text, and that name; empty where it asks nothing.

    The path is that of `sys.modules` for a module that is looked up, and empty where anything may be asked.
    """
    match node:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[owner, key, *_]):
            return raw_path(owner), _text(key)
        case ast.Call(func=ast.Name(id="attrgetter") | ast.Attribute(attr="attrgetter"), args=[key, *_]):
            return "", _text(key).partition(".")[0]
        case (
            ast.Call(func=ast.Attribute(value=owner, attr="get" | "__getitem__"), args=[key, *_])
            | ast.Subscript(value=owner, slice=key)
            | ast.Compare(left=key, comparators=[owner])
        ):
            match owner:
                case ast.Attribute(attr="modules") | ast.Name(id="modules"):
                    return raw_path(owner), _text(key)
                case (
                    ast.Call(func=ast.Name(id="vars" | "dir"), args=[package])
                    | ast.Attribute(attr="__dict__", value=package)
                ):
                    return raw_path(package), _text(key)
    return "", ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _imported(tree: ast.Module) -> Iterator[tuple[int, Imported]]:
    """The names of import statements, each with its line."""
    for node in statements(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((node.lineno, each) for each in imported(node))
