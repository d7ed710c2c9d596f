"""The walk: startup followed step by step from its entry points."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...config.entry_target import MAIN
from ...project.modules import Project
from ..graph.trace import Statement
from . import attributes, natives, operators
from .calls import Calls, driven
from .expressions import Expressions
from .imports import Imports, Step
from .objects import (
    Arguments,
    Bound,
    Class,
    Frame,
    Function,
    Keywords,
    Native,
    Position,
    RaisedError,
    Steps,
    UnknownError,
)
from .statements import Statements

MAX_STEPS = 20_000


class Ran(NamedTuple):
    """A function that ran, by the lines that it may be said to begin on, with what called it first."""

    module: str
    lines: tuple[int, ...]
    caller: str  # the module that the call stands in
    caller_lines: tuple[int, ...]  # of the function that it stands in; none for module code
    line: int  # of the call; 0 for an entry


class Walked(NamedTuple):
    """What startup did up to the first step that is not known."""

    steps: tuple[Step, ...]  # the modules that it loaded, in order
    edges: tuple[tuple[str, str, Statement], ...]  # importer, imported, and the statement
    ran: tuple[Ran, ...]
    is_whole: bool  # whether that is all, and no code of libraries can have loaded more


class Walker:
    """Does what Python does, for as long as that is known."""

    def __init__(self, project: Project) -> None:
        self._left = MAX_STEPS
        self._project = project
        self.is_alone = True  # whether no code of libraries has run that may know the project
        self.position = Position()
        self.builtins = natives.names()
        self.builtins["deque()"] = Native("deque", lambda walk, values=(): deque(walk.iterate(values)))
        self._calls = Calls(self)
        self._imports = Imports(self, project, self._run_module)
        self._expressions = Expressions(self)
        self._statements = Statements(self, self._expressions)
        self._imports.is_guarded = lambda: self._statements.guards > 0

    def spend(self, steps: int = 1) -> None:
        """Take some steps; raises UnknownError where there are none left."""
        self._left -= steps
        if self._left < 0:
            raise UnknownError

    def call(self, callee: object, args: Arguments = (), keywords: Keywords | None = None) -> object:
        """Call an object."""
        return self._calls.call(callee, args, keywords or {})

    def get(self, owner: object, name: str) -> object:
        """Read an attribute."""
        return attributes.get(self, owner, name)

    def set(self, owner: object, name: str, value: object) -> None:
        """Assign to an attribute."""
        attributes.assign(self, owner, name, value)

    def truth(self, value: object) -> bool:
        """Whether an object is true."""
        return operators.truth(self, value)

    def iterate(self, value: object) -> Iterator[object]:
        """Iterate over an object."""
        return operators.iterate(self, value)

    def equal(self, one: object, other: object) -> bool:
        """Whether two objects are equal."""
        return self.truth(operators.compare(self, ast.Eq(), one, other))

    def evaluate(self, node: ast.expr, frame: Frame) -> object:
        """The value of an expression."""
        return self._expressions.of(node, frame)

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> Steps:
        """Run statements."""
        return self._statements.run(body, frame)

    def load(self, name: str) -> object:
        """Import a module by its absolute name for the call that was made last, and give it."""
        return self._imports.by_name(name)

    def imports(self, statement: ast.Import | ast.ImportFrom, frame: Frame) -> None:
        """Do what an import statement does."""
        self._imports.perform(statement, frame)

    def loaded(self) -> dict[object, object]:
        """The modules that are loaded, by name."""
        return self._imports.modules

    def note_outside(self) -> None:
        """Say that code of a library runs, of which nothing is known."""
        self.is_alone = False

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
        for each in name.removesuffix("()").split("."):
            found = self.get(found, each)
        if isinstance(found, (Bound, Class, Function)):
            if isinstance(found, Function) and len(found.node.args.args) == 2:
                raise UnknownError  # perhaps an app as PEP 3333 has it
            self.call(found)

    def result(self, *, is_whole: bool) -> Walked:
        """What was done so far."""
        ran = [
            Ran(each.frame.module.name, _begins(each), by.module, _begins(by.function), by.line)
            for each, by in self._calls.ran.items()
        ]
        steps, edges = self._imports.steps, self._imports.edges
        return Walked(tuple(steps.values()), tuple(edges), tuple(ran), is_whole and self.is_alone)


def _begins(function: Function | None) -> tuple[int, ...]:
    """The lines that a function may be said to begin on."""
    if function is None:
        return ()
    decorators = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    return (function.node.lineno, *[each.lineno for each in decorators])


def walked(project: Project, entries: Sequence[str]) -> Walked:
    """What startup does from its entry points, up to the first step that is not known."""
    walker = Walker(project)
    is_whole = False
    try:
        for entry in entries:
            walker.enter(entry)
        is_whole = True
    except (UnknownError, RaisedError, RecursionError, MemoryError):
        pass
    return walker.result(is_whole=is_whole)
