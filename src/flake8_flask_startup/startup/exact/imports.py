"""Import statements and modules (language reference, 5 and 7.11), and what was loaded by which of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ...config.entry_target import MAIN, is_part
from ...files.parsing import parsed
from ...files.paths import shown
from ...model.access_paths import first_of
from ...project.module_finder import ModuleFile, Origin
from ...project.modules import Project
from ...syntax.import_statements import MAX_PARTS, Imported, absolute, imported
from ...syntax.lazy_imports import NAME, SINCE
from ..graph.trace import Statement
from .expressions import bind
from .library import models
from .objects import Frame, Library, Module, Outside, UnknownError, Waiting, Walk, fail, settled
from .operators import contains

MAX_TEXT = 40_000  # characters of the files that one walk reads


class Step(NamedTuple):
    """A module that is loaded, and the statement that does."""

    name: str
    via: Statement | None
    importer: str


class Shared:
    """The trees of a project's files, for all walks through it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._left = MAX_TEXT
        self._trees: dict[str, ast.Module] = {}

    def tree(self, file: ModuleFile) -> ast.Module:
        """The tree of a file; raises UnknownError for one that has none, and where many files were read."""
        found = self._trees.get(file.name)
        if found is None:
            code = self.project.facts(file)
            text = code.source.text
            self._left -= len(text)
            if code.problem or self._left < 0:
                raise UnknownError
            try:
                tree = parsed(text)
            except SyntaxError as error:
                raise UnknownError from error
            found = self._trees[file.name] = tree
        return found


class Imports:
    """Loads modules, each once."""

    def __init__(self, walk: Walk, shared: Shared, run: Callable[[list[ast.stmt], Frame], None]) -> None:
        self._walk = walk
        self._shared = shared
        self._project = shared.project
        self._run = run
        self.modules: dict[object, object] = {}
        self.steps: dict[str, Step] = {}  # in the order in which modules are loaded
        self.edges: dict[tuple[str, str, Statement], None] = {}
        self._below: dict[str, dict[str, tuple[Statement, str]]] = {}  # what waits below packages
        self.program = ""  # the module that Python runs as a program
        self.is_guarded: Callable[[], bool] = lambda: False  # whether something catches what an import raises

    def load(self, name: str, via: Statement | None, importer: str) -> object:
        """Load a module, after the packages it lies in, and give it."""
        parts = name.split(".")
        if len(parts) > MAX_PARTS or not all(map(is_part, parts)):
            if self._project.origin(parts[0]) is Origin.FIRST_PARTY or all(parts):
                raise UnknownError
            fail(ModuleNotFoundError, name)  # between two dots, or behind the last
        parent: object = None
        found: object = None
        for each in self._project.way_to(name):
            found = self.modules.get(each)
            if found is None:
                if type(parent) is Module and "__path__" not in parent.names:
                    fail(ModuleNotFoundError, each)
                found = self._loaded(each, via, importer)
                if isinstance(parent, Module):
                    parent.names[each.rpartition(".")[2]] = found
            parent = found
        return found

    def _loaded(self, name: str, via: Statement | None, importer: str) -> object:
        file = self._project.find(name)
        if file is None:
            self.modules[name] = found = self._outside(name)
            self.steps.setdefault(name, Step(name, via, importer))
            return found
        self.steps.setdefault(name, Step(name, via, importer))
        if file.origin is not Origin.FIRST_PARTY:
            raise UnknownError
        module = Module(name, file.package)
        if name == self.program:
            if MAIN in self.modules:  # one that is imported by its name as well runs twice
                raise UnknownError
            module.names["__name__"] = MAIN
        self.modules[MAIN if name == self.program else name] = module
        if file.path is not None:
            self._execute(module, file)
        elif file.folders:
            module.names["__path__"] = [str(each) for each in file.folders]
        return self.modules.get(name, module)

    def _outside(self, name: str) -> object:
        origin = self._project.origin(name)
        if origin is Origin.FIRST_PARTY:
            raise UnknownError
        model = models(self._walk, name)
        if model is not None and (origin is Origin.STDLIB or not self.is_guarded()):
            return model
        if self.is_guarded() and not self._walk.decide():
            fail(ModuleNotFoundError, name)  # it need not be there
        return Outside(name)

    def _execute(self, module: Module, file: ModuleFile) -> None:
        tree = self._shared.tree(file)
        module.names.update(__file__=str(file.path), __doc__=ast.get_docstring(tree, clean=False))
        if file.folders:
            module.names["__path__"] = [str(each) for each in file.folders]
        try:
            self._run(tree.body, Frame(module, module.names, None, frozenset()))
        except BaseException:
            self.modules.pop(module.name, None)
            raise

    def perform(self, node: ast.Import | ast.ImportFrom, frame: Frame) -> None:
        """Do what an import statement does."""
        statement = self.statement(frame.module.name, node.lineno)
        here = self._project.find(frame.module.name)
        for each in imported(node):
            module = absolute(each.module, each.level, frame.module.package)
            if not each.level and here is not None and self._project.is_elsewhere(first_of(module), here.path):
                raise UnknownError
            name = f"{module}.{each.name}" if each.name not in ("", "*") else module
            if module == "__future__":
                continue
            if self._waits(node, module, each.name, frame):
                self._wait(each, module, name, statement, frame)
                continue
            found = self._edge(module, name, statement, frame.module.name)
            if each.name == "*":
                self._star(found, module, statement, frame)
            elif each.name:
                value = self._member(found, module, each.name, statement, frame.module.name)
                bind(each.bound, value, frame)
            else:
                top = self.modules[module.partition(".")[0]]
                bind(each.bound, found if each.is_renamed else top, frame)

    def _waits(self, node: ast.Import | ast.ImportFrom, module: str, name: str, frame: Frame) -> bool:
        """Whether an import waits until a name that it binds is used (PEP 810)."""
        if self._walk.target.version < SINCE or frame.parent is not None or frame.tries or frame.caught or name == "*":
            return False
        listed = frame.module.names.get(NAME, ())
        return bool(getattr(node, "is_lazy", 0)) or contains(self._walk, listed, module)

    def _wait(self, each: Imported, module: str, name: str, statement: Statement, frame: Frame) -> None:
        """Bind a name to an import that is performed when the name is used."""
        importer = frame.module.name

        def load() -> object:
            found = self._edge(module, name, statement, importer)
            if isinstance(found, Module) and found.names.get(each.name) is waiting:  # `lazy from . import cart`
                del found.names[each.name]
            return self._member(found, module, each.name, statement, importer) if each.name else found

        if each.name or each.is_renamed:
            waiting = Waiting(load)
            bind(each.bound, waiting, frame)
            return
        first, *rest = module.split(".")
        package = first
        for part in rest:
            self._below.setdefault(package, {}).setdefault(part, (statement, importer))
            package = f"{package}.{part}"
        bind(first, Waiting(partial(self._package, first, statement, importer)), frame)

    def _package(self, name: str, statement: Statement, importer: str) -> object:
        """Load the package that a dotted name begins with; what lies below waits until it is read as an attribute."""
        found = self._edge(name, name, statement, importer)
        if isinstance(found, Module):
            for part, where in self._below.get(name, {}).items():
                found.names.setdefault(part, Waiting(partial(self._package, f"{name}.{part}", *where)))
        return found

    def _member(self, owner: object, module: str, name: str, statement: Statement, importer: str) -> object:
        """What `from module import name` gives."""
        if isinstance(owner, Module) and not isinstance(owner, Library):
            if name in owner.names:
                return settled(owner.names, name)
            if self._project.find(f"{module}.{name}") is not None:
                return self.load(f"{module}.{name}", statement, importer)
            if "__getattr__" in owner.names:
                return self._walk.get(owner, name)
            if self.modules.get(module) is not owner:
                raise UnknownError
            if "__path__" in owner.names or name.startswith("__"):
                raise UnknownError  # a module that a build may write
            fail(ImportError, f"cannot import name {name!r} from {module!r}")
        return self._walk.get(owner, name)

    def _star(self, owner: object, module: str, statement: Statement, frame: Frame) -> None:
        if not isinstance(owner, Module):
            raise UnknownError
        if "__all__" in owner.names:
            names = [str(each) for each in self._walk.iterate(owner.names["__all__"])]
        else:
            names = [each for each in owner.names if not each.startswith("_")]
        for name in names:
            bind(name, self._member(owner, module, name, statement, frame.module.name), frame)

    def statement(self, module: str, line: int) -> Statement:
        """A line of a module."""
        file = self._project.find(module)
        if file is None or file.path is None:
            raise UnknownError
        return Statement(shown(str(file.path)), line)

    def by_name(self, name: str) -> object:
        """Load a module for the call that was made last."""
        importer = self._walk.position.module
        statement = self.statement(importer, self._walk.position.line)
        return self._edge(name, name, statement, importer)

    def _edge(self, module: str, name: str, statement: Statement, importer: str) -> object:
        """Load a module for a statement that imports a name; one that is not found may not be there."""
        edge = (importer, name, statement)
        is_new = edge not in self.edges
        self.edges[edge] = None
        try:
            return self.load(module, statement, importer)
        except UnknownError:
            if is_new and module not in self.steps:
                del self.edges[edge]
            raise
