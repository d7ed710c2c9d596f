"""The walk: startup followed step by step from its entry points."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ...config.entry_target import MAIN
from ...files.walking import names_in
from ...model import UNKNOWN
from ...model.access_paths import callee_of, first_of
from ...project.folders import SUFFIX
from ...project.module_finder import Origin
from ...project.modules import Project
from ..graph.trace import Statement
from ..models.data_files import SUFFIXES
from ..models.env_files import variables_of
from . import assignments, attributes, natives, operators
from .calls import Calls, driven
from .expressions import Expressions
from .imports import Imports, Shared, Step
from .library import models, opened
from .objects import (
    ITEMS_A_STEP,
    Arguments,
    Bound,
    Class,
    Frame,
    Function,
    Instance,
    Keywords,
    Module,
    Native,
    Outside,
    Position,
    Steps,
    UnknownError,
)
from .statements import Statements
from .texts import MAX_LENGTH


class Decision(NamedTuple):
    """What a walk has taken to be so; a variable of the environment is taken to be set or not."""

    is_taken: bool
    is_variable: bool


class Walker:
    """Does what Python does, for as long as that is known."""

    def __init__(self, project: Project, shared: Shared, script: Sequence[bool], steps: int) -> None:
        self.left = steps
        self.closing = 0  # explicit `close()` calls in progress; without one, a generator is being garbage-collected
        self.decisions: list[Decision] = []
        self.certain: tuple[int | None, int | None] = (None, None)  # what was done before something was decided
        self._script = script
        self._project = project
        self.target = project.target
        self.libraries: dict[str, Module] = {}
        self.environment: dict[str, object] = {}  # the variables that are known to be set
        self.is_alone = True  # whether no code of libraries has run that may know the project
        self.is_direct = True  # whether none can have called code of the project that libraries keep
        self._kept_by: set[str] = set()  # packages
        self.position = Position()
        self.builtins = natives.names()
        self.builtins["deque()"] = Native("deque", lambda walk, values=(): deque(walk.iterate(values)))
        self.builtins["open"] = Native("open", opened)
        self._calls = Calls(self)
        self._imports = Imports(self, shared, self._run_module)
        self._expressions = Expressions(self)
        self._statements = Statements(self, self._expressions)
        self._imports.is_guarded = lambda: self._statements.guards > 0

    def spend(self, steps: int = 1) -> None:
        """Take some steps; raises UnknownError where there are none left."""
        self.left -= steps
        if self.left < 0:
            raise UnknownError

    def decide(self, *, is_variable: bool = False) -> bool:
        """Whether something is so that nobody knows: as the script says, no where it says nothing."""
        at = len(self.decisions)
        is_taken = self._script[at] if at < len(self._script) else False
        self.decisions.append(Decision(is_taken, is_variable))
        if self.certain == (None, None) and not is_variable:
            self.certain = (len(self.steps), len(self.edges))
        return is_taken

    @property
    def steps(self) -> list[str]:
        """The modules that were loaded, in order."""
        return list(self._imports.steps)

    @property
    def edges(self) -> list[tuple[str, str, Statement]]:
        """The import statements that ran: importer, imported and the statement."""
        return list(self._imports.edges)

    @property
    def ran(self) -> dict[Function, Position]:
        """The functions that ran, each with its first call."""
        return self._calls.ran

    def step(self, name: str) -> Step:
        """How a module was loaded."""
        return self._imports.steps[name]

    def call(self, callee: object, args: Arguments = (), keywords: Keywords | None = None) -> object:
        """Return what an object returns for these arguments."""
        return self._calls.call(callee, args, keywords or {})

    def get(self, owner: object, name: str) -> object:
        """Return the value of an attribute of an object."""
        return attributes.get(self, owner, name)

    def set(self, owner: object, name: str, value: object) -> None:
        """Assign a value to an attribute of an object."""
        assignments.assign(self, owner, name, value)

    def truth(self, value: object) -> bool:
        """Whether an object is true."""
        return operators.truth(self, value)

    def iterate(self, value: object) -> Iterator[object]:
        """Return an iterator over the items of an object."""
        return operators.iterate(self, value)

    def equal(self, one: object, other: object) -> bool:
        """Whether two objects are equal."""
        return self.truth(operators.compare(self, ast.Eq(), one, other))

    def evaluate(self, node: ast.expr, frame: Frame) -> object:
        """The value of an expression."""
        return self._expressions.of(node, frame)

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> Steps:
        """Run statements in a frame, step by step."""
        return self._statements.run(body, frame)

    def load(self, name: str) -> object:
        """Import a module by its absolute name for the call that was made last, and give it."""
        return self._imports.by_name(name)

    def load_object(self, text: str) -> tuple[object, Sequence[str]]:
        """Import the module of the project that a text names or begins with, and give it with the names behind it."""
        module, _, attribute = text.partition(":")
        parts = module.split(".")
        for at in range(len(parts), 0, -1):
            name = ".".join(parts[:at])
            if self.is_own(name):
                return self.load(name), [*parts[at:], *filter(None, attribute.split("."))]
        if self._project.origin(parts[0]) is Origin.FIRST_PARTY or not parts[0].isidentifier():
            raise UnknownError
        self.note_outside()
        return Outside(module), list(filter(None, attribute.split(".")))

    def is_own(self, name: str) -> bool:
        """Whether the project has a module of that name."""
        return self._project.origin(name) is Origin.FIRST_PARTY and self._project.find(name) is not None

    def is_found(self, name: str) -> bool:
        """Whether there is a module of that name; one of a library's each walk takes to be there or not."""
        origin = self._project.origin(name)
        if self._project.find(name) is not None or origin is Origin.FIRST_PARTY:
            return self._project.find(name) is not None
        return origin is Origin.STDLIB or self.decide()

    def imports(self, statement: ast.Import | ast.ImportFrom, frame: Frame) -> None:
        """Do what an import statement does."""
        self._imports.perform(statement, frame)

    def loaded(self) -> dict[object, object]:
        """The modules that are loaded, by name."""
        return self._imports.modules

    def modules_in(self, folder: object) -> list[tuple[str, bool]]:
        """The modules right in a folder, in the order of their names, each with whether it is a package."""
        if not isinstance(folder, str):
            raise UnknownError
        here, folders = Path(folder), self._project.folders
        names = list(folders.names_below(here, deep=False))
        special = {each for each in names_in(here) if each.startswith("__") and each.endswith(SUFFIX)}
        if UNKNOWN in names or special - {f"__init__{SUFFIX}"}:
            raise UnknownError
        return [(name, folders.is_package(here, name)) for name in names]

    def entries(self, folder: str) -> list[tuple[str, bool]]:
        """The names right in a folder of the project, in order, each with whether it is a folder."""
        found = self._project.folders.entries(Path(folder)) if folder.startswith("/") else None
        if found is None:
            raise UnknownError
        self.spend(len(found))
        return found

    def data_text(self, path: str) -> object:
        """The text of a data file of the project, by its whole path."""
        found = self._project.data_file(path, ()) if path.startswith("/") and path.endswith(SUFFIXES) else None
        text = self._project.data_text(found) if found == Path(path) else ""
        if not 0 < len(text) <= MAX_LENGTH:
            raise UnknownError
        self.spend(len(text) // ITEMS_A_STEP)
        return text

    def read_variables(self, path: object) -> None:
        """Set the variables that a file for the environment says, unless they are set."""
        file = self._project.find(self.position.module)
        if not isinstance(path, str) or file is None or file.path is None:
            raise UnknownError
        for name, text in variables_of(self._project, file.path.parent, path).items():
            self.environment.setdefault(name, text)

    def note_outside(self) -> None:
        """Say that code of a library runs, of which nothing is known."""
        self.is_alone = False

    def note_kept(self, path: str) -> None:
        """Say that something of a library, at a path, keeps code of the project."""
        self._kept_by.add(first_of(path))

    def note_asked(self, path: str) -> None:
        """Say that something of a library, at a path, runs: it may call what its library keeps."""
        self.is_direct = self.is_direct and first_of(path) not in self._kept_by

    def _run_module(self, body: list[ast.stmt], frame: Frame) -> None:
        driven(self.execute(body, frame))

    def enter(self, entry: str) -> None:
        """Load an entry's module, and call what it names as a server does."""
        module, _, name = entry.partition(":")
        if name == MAIN:
            package = f"{module}.{MAIN}"
            module = self._imports.program = package if self._project.find(package) is not None else module
        found = self._imports.load(module, None, module)
        if not name or name == MAIN:
            return
        for each in callee_of(name).split("."):
            found = self.get(found, each)
        is_wrapped = isinstance(found, Instance) and (
            self._project.defines_function(module, callee_of(name)) or self._makes_app(found)
        )
        if is_wrapped or isinstance(found, (Bound, Class, Function)):
            if isinstance(found, Function) and len(found.node.args.args) == 2:
                raise UnknownError  # perhaps an app as PEP 3333 has it
            self.call(found)

    def _makes_app(self, found: Instance) -> bool:
        """Whether an object is called without arguments, as an app never is."""
        if found.cls is self.get(models(self, "functools"), "partial"):
            return not isinstance(found.names["func"], Outside)
        method = found.cls.find("__call__")
        every = method.node.args if isinstance(method, Function) else None
        if every is None or every.vararg is not None or every.kwarg is not None:
            return False
        return len([*every.posonlyargs, *every.args, *every.kwonlyargs]) == 1
