"""Where an app is looked for that no file starts. These are guesses: they rank what is found, and silence nothing.

Source: Flask's documentation of application discovery (`wsgi.py`, `app.py`, `create_app`, `make_app`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ..files.source_file import optional_head
from ..files.trees import optional_tree
from ..files.walking import ENVIRONMENT_MARK, is_file, is_folder, names_in
from .app_runners import app_run_by, may_run
from .entry_target import Entry, is_part
from .flask_objects import DISCOVERED_APPS, DISCOVERED_FACTORIES, DISCOVERED_MODULES
from .purpose import TEST_TOOLS, is_of_pytest, words
from .settings import Settings

MAX_BYTES = 200_000  # of a file that is looked at for an entry point
MAX_FILES = 1_000  # that are looked at
# Folders outside the app: further places that imports are searched in, tests and examples, scripts run by hand.
_NO_PART = frozenset(
    {
        "bin", "demo", "demos", "doc", "docs", "example", "examples", "sample", "samples", "script", "scripts", "src",
        "test", "testing", "tests", "tools",
    }
)  # fmt: skip

_OF_APPS = frozenset({"api", "app", "application", "factory", "main", "server", "web", "wsgi"})  # words of names


class _Module(NamedTuple):
    """A module that may have the app, by the name that an entry point has for it."""

    name: str
    path: Path


class _Candidates(NamedTuple):
    """What modules have that may be an entry point: functions called like factories, those that make apps, and apps."""

    named: list[str]
    making: list[str]
    apps: list[str]

    @property
    def factories(self) -> Sequence[str]:
        return self.named or self.making


class Guesses:
    """What the names and the code of a project's modules let expect, nearer ones before those further down."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = root
        self._tops = (root, root / "src")
        self._settings = settings

    def findings(self) -> tuple[Callable[[], Iterator[Entry]], ...]:
        """The guesses, the safest first."""
        beside = (self.runner_beside, self.conventional)
        inside = (self.runner_inside, self.wsgi_inside, self.only_factory, self.app_inside, self.only_app)
        return *beside, *inside, self.in_packages

    def all(self) -> Sequence[str]:
        """What an entry point may be: the factories of the project or, where it has none, its apps."""
        return self._nearest_factories() or self._nearest_apps() or self._found_in_packages

    def runner_beside(self) -> Iterator[Entry]:
        """The only module beside the code that runs an app which another module has or makes.

        Not where `wsgi.py` says what servers begin with.
        """
        return iter(() if is_file(self._root / f"{DISCOVERED_MODULES[0]}.py") else self._only_runner(self._beside))

    def runner_inside(self) -> Iterator[Entry]:
        """The only such module of the folders there."""
        return iter(self._only_runner(each for each in self._near if each not in self._beside))

    def _only_runner(self, modules: Iterable[_Module]) -> Sequence[Entry]:
        found = [each for module in modules for each in self._runs(module)]
        return found if len(found) == 1 else ()

    def _runs(self, module: _Module) -> Iterator[Entry]:
        """Where a module runs an app of another one; Flask finds those called like `app.py` by themselves."""
        name, path = module
        text = _text(path)
        called = {*self._settings.factories, *DISCOVERED_APPS}
        if path.stem in DISCOVERED_MODULES or not any(each in text for each in called) or not may_run(text):
            return
        folders = (*self._tops, path.parent)

        def is_app(source: str, there: str) -> bool:
            """Whether a name is called like an app or factory, and is imported from a module of the project."""
            places = [folder.joinpath(*source.split(".")) for folder in folders]
            is_own = not source or any(is_folder(each) or is_file(each.with_name(f"{each.name}.py")) for each in places)
            return there in called and is_own

        tree = optional_tree(text)
        if (
            tree is not None
            and not _is_of_tests(tree)
            and (app := app_run_by(tree, [*_module_code(tree.body)], is_app))
        ):
            yield Entry(f"{name}:{app}", f"{path.relative_to(self._root).as_posix()}, which runs the app")

    def conventional(self) -> Iterator[Entry]:
        """The files that `flask run` looks for, and packages of these names that have what it looks for in them."""
        for name in DISCOVERED_MODULES:
            package = self._root / name / "__init__.py"
            if is_file(package) and _has_app(text := _text(package)):
                target = name if binds_app(text) else self._served(_Module(name, package))
                yield Entry(target, f"{name}, a package where `flask run` looks")
                return
            if is_file(path := self._root / f"{name}.py"):
                yield Entry(self._served(_Module(name, path)), f"{name}.py, where `flask run` looks")
                return

    def wsgi_inside(self) -> Iterator[Entry]:
        """The only `wsgi.py` in the folders of the project that are no packages."""
        return self._only_inside(DISCOVERED_MODULES[0])

    def app_inside(self) -> Iterator[Entry]:
        """The only `app.py` there, where no such folder has a `wsgi.py`."""
        wsgi, app = DISCOVERED_MODULES
        return iter(()) if any(self._inside(wsgi)) else self._only_inside(app)

    def _only_inside(self, name: str) -> Iterator[Entry]:
        found = list(self._inside(name))
        if len(found) == 1:
            local = found[0].path.relative_to(self._root).as_posix()
            yield Entry(self._served(found[0]), f"{local}, the only {name}.py")

    def _inside(self, name: str) -> Iterator[_Module]:
        """The modules of a name in the folders of the project that are no packages."""
        inside = (each for each in self._near if each.name.count(".") == 1 and each.path.stem == name)
        return (each for each in inside if not _is_package(each.path.parent))

    def only_factory(self) -> Iterator[Entry]:
        """The only function that is called like a factory or, where none is, the only one that is one."""
        return _only(self._nearest_factories(), "the only factory in the project")

    def only_app(self) -> Iterator[Entry]:
        """The only app that the code of a module makes."""
        return _only(self._nearest_apps(), "the only app in the project")

    def in_packages(self) -> Iterator[Entry]:
        """The only factory of the packages in packages or, where they have none, the only app."""
        return _only(self._found_in_packages, "the only one in the project's packages")

    @cached_property
    def _found_in_packages(self) -> Sequence[str]:
        found = self._candidates_in(self._in_packages())
        return found.factories or found.apps

    def _served(self, module: _Module) -> str:
        """The entry point that `flask run` finds in a module."""
        text = _text(module.path)
        factory = factories_in(text, self._settings.factories) or _imported_factories(text)
        return f"{module.name}:{factory[0]}" if len(factory) == 1 else module.name

    def _nearest_factories(self) -> Sequence[str]:
        return next(filter(None, (each.factories for each in self._candidates())), ())

    def _nearest_apps(self) -> Sequence[str]:
        return next(filter(None, (each.apps for each in self._candidates())), ())

    def _candidates(self) -> Iterator[_Candidates]:
        """What the modules have, those near the project's folder first; the others are read only if they are asked."""
        yield self._found_near
        yield self._found_deeper

    @cached_property
    def _found_near(self) -> _Candidates:
        return self._candidates_in(self._near)

    @cached_property
    def _found_deeper(self) -> _Candidates:
        return self._candidates_in(self._deeper())

    def _candidates_in(self, modules: Iterable[_Module]) -> _Candidates:
        found = _Candidates([], [], [])
        classes = self._settings.app_types
        for module, path in islice(modules, MAX_FILES):
            text = _text(path)
            found.named.extend(f"{module}:{name}" for name in factories_in(text, self._settings.factories))
            if (tree := _tree_naming(classes, text)) is not None:
                spelled = _spelled(tree, classes)
                found.making.extend(f"{module}:{name}" for name in _making(tree, spelled))
                found.apps.extend(f"{module}:{name}" for name in _apps(tree, spelled))
        return found

    @cached_property
    def _near(self) -> Sequence[_Module]:
        """The modules beside the code, and those of the folders there."""
        inside = (each for top in self._tops for path in _folders(top) for each in self._modules(top, path))
        return [*self._beside, *inside]

    @cached_property
    def _beside(self) -> Sequence[_Module]:
        return [each for top in self._tops for each in self._modules(top, top)]

    def _deeper(self) -> Iterator[_Module]:
        """The modules of the packages in those folders that are none."""
        yield from (each for top, package in self._inner(in_packages=False) for each in self._modules(top, package))

    def _in_packages(self) -> Iterator[_Module]:
        """Those modules of the packages in packages there whose names are of apps: the others are too many."""
        found = (each for top, package in self._inner(in_packages=True) for each in self._modules(top, package))
        return (
            each for each in found if each.path.stem == "__init__" or not words(each.path.stem).isdisjoint(_OF_APPS)
        )

    def _inner(self, *, in_packages: bool) -> Iterator[tuple[Path, Path]]:
        """The packages in the folders there, either in packages or in other folders."""
        for top in self._tops:
            for folder in _folders(top):
                if folder not in self._tops and _is_package(folder) == in_packages:
                    yield from ((top, package) for package in filter(_is_package, _folders(folder)))

    def _modules(self, top: Path, folder: Path) -> Iterator[_Module]:
        """The modules of a folder that a server could load, by their names as imports from above have them."""
        for name in names_in(folder) if is_folder(folder) else ():
            path = folder / name
            if path.suffix != ".py" or not self._settings.is_startup(path.relative_to(self._root).as_posix()):
                continue
            *above, last = path.relative_to(top).parts
            parts = (*above, last.removesuffix(".py"))
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if module and parts[0] not in _NO_PART and all(map(is_part, parts)):
                yield _Module(module, path)


def _only(found: Sequence[str], why: str) -> Iterator[Entry]:
    return iter([Entry(found[0], why)] if len(found) == 1 else [])


def _folders(top: Path) -> Iterator[Path]:
    """The folders in a folder that may have code of the project."""
    for name in names_in(top) if is_folder(top) else ():
        if is_part(name) and is_folder(top / name) and not is_file(top / name / ENVIRONMENT_MARK):
            yield top / name


def _is_package(folder: Path) -> bool:
    return is_file(folder / "__init__.py")


def _text(path: Path) -> str:
    return optional_head(path, MAX_BYTES).removeprefix("\ufeff")


_APP = re.compile(rf"^(?:{'|'.join(DISCOVERED_APPS)})[ \t]*[:=]", re.MULTILINE)


def _imported_factories(text: str) -> list[str]:
    """The factories that module code imports by the names that Flask looks for, where it binds no app itself."""
    tree = optional_tree(text) if any(each in text for each in DISCOVERED_FACTORIES) else None
    if tree is None or binds_app(text):
        return []
    return [each for each in _imported(tree) if each in DISCOVERED_FACTORIES]


def _has_app(text: str) -> bool:
    """Whether a module has an app or a factory under a name that Flask looks for."""
    return binds_app(text) or bool(factories_in(text, DISCOVERED_FACTORIES) or _imported_factories(text))


def binds_app(text: str) -> bool:
    """Return whether module code imports or assigns a name under which Flask looks for an app."""
    if not any(each in text for each in DISCOVERED_APPS):
        return False
    tree = optional_tree(text)
    if tree is None:  # broken, or cut off: its text has to do
        return _APP.search(text) is not None
    targets = (target for each in tree.body if isinstance(each, ast.Assign) for target in each.targets)
    annotated = (each.target for each in tree.body if isinstance(each, ast.AnnAssign))
    assigned = {each.id for each in (*targets, *annotated) if isinstance(each, ast.Name)}
    return not assigned.union(_imported(tree)).isdisjoint(DISCOVERED_APPS)


def _imported(tree: ast.Module) -> list[str]:
    """The names that module code binds by `from` statements."""
    froms = (each for each in tree.body if isinstance(each, ast.ImportFrom))
    return [each.asname or each.name for node in froms for each in node.names]


def factories_in(text: str, names: Sequence[str]) -> list[str]:
    """The functions of these names that a module defines, each as often as it does; not those in a string of it.

    Where it defines none, the names that it assigns what a call makes: `create_app = timed(build)`.
    """
    known = "|".join(map(re.escape, names))
    between = r"(?:[ \t\f]|\\\r?\n)+"
    found = re.findall(rf"^(?:async{between})?def{between}({known})\b", text, re.MULTILINE) if known else []
    made = re.findall(rf"^({known})[ \t]*=[^=]", text, re.MULTILINE) if known and not found else []
    if not (found or made) or (tree := optional_tree(text)) is None:  # broken, or cut off: its text has to do
        return found
    defined = {each.name for each in tree.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))}
    assigned = [each for each in tree.body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)]
    called = {target.id for each in assigned for target in each.targets if isinstance(target, ast.Name)}
    return [each for each in found if each in defined] or [each for each in dict.fromkeys(made) if each in called]


def _making(tree: ast.Module, spelled: Collection[str]) -> list[str]:
    """The functions of a module that call a class by one of these spellings, and return something."""
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return [each.name for each in functions if _makes(each, spelled)]


def _apps(tree: ast.Module, spelled: Collection[str]) -> list[str]:
    """The names that a module's code assigns an instance of a class by one of these spellings."""
    found = [
        name.id
        for node in _module_code(tree.body)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call)
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name) and ast.unparse(node.value.func) in spelled
    ]
    return list(dict.fromkeys(found))


def _module_code(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported, those in `if` and `try` too."""
    pending = [*statements][::-1]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.Try):
            pending += [*node.body, *(each for handler in node.handlers for each in handler.body), *node.orelse]
        elif isinstance(node, ast.If) and "__main__" not in ast.unparse(node.test):
            pending += [*node.body, *node.orelse]


def _tree_naming(classes: Collection[str], text: str) -> ast.Module | None:
    """Return the tree of a module that names one of these classes; None if it names none, is a test or broken."""
    tree = optional_tree(text) if any(each.rpartition(".")[2] in text for each in classes) else None
    return None if tree is not None and _is_of_tests(tree) else tree


def _is_of_tests(tree: ast.Module) -> bool:
    """Whether a module is a plugin of pytest, or imports what tests are written with."""
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    modules = [name.name for node in imports if isinstance(node, ast.Import) for name in node.names]
    modules += [node.module or "" for node in imports if isinstance(node, ast.ImportFrom)]
    return is_of_pytest(tree) or any(each.partition(".")[0] in TEST_TOOLS for each in modules)


def _spelled(tree: ast.Module, classes: Collection[str]) -> Collection[str]:
    """How a module writes these classes, as far as its imports name them or what they lie in."""
    return {
        f"{name.asname or name.name}{dotted.removeprefix(whole)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
        for name in node.names
        for whole in (f"{node.module}.{name.name}" if isinstance(node, ast.ImportFrom) else name.name,)
        for dotted in classes
        if f"{dotted}.".startswith(f"{whole}.")
    }


def _makes(function: ast.FunctionDef, classes: Collection[str]) -> bool:
    """Whether a function's own code calls a class by one of these spellings, and returns something."""
    own: list[ast.AST] = []
    pending: list[ast.AST] = [*function.body]
    while pending:
        own.append(node := pending.pop())
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending += ast.iter_child_nodes(node)
    called = {ast.unparse(each.func) for each in own if isinstance(each, ast.Call)}
    returns = any(isinstance(each, ast.Return) and each.value is not None for each in own)
    return returns and not called.isdisjoint(classes)
