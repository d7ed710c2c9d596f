"""Inference: what a name is that one walk of one file leaves open. The only package that imports astroid.

Whatever astroid raises is an unknown, and so is what it cannot tell: InferenceError, AstroidSyntaxError, RecursionError
and others come out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.util import UninferableBase

from ..config.settings import Settings
from ..files.source_file import read_source
from ..files.walking import is_file
from ..model.access_paths import dotted_start, has_unnamed_item
from ..project.snapshot import Reader, State, reader_for
from ..syntax.import_statements import named
from .answers import UNKNOWN, KnownObject, agreed
from .astroid_session import built, world_of
from .class_info import thing_of
from .step_limit import TooLong, limited

_AFTER_ALL = 1_000_000  # a line that comes after whatever a scope binds


def inference(filename: str, text: str, settings: Settings, is_first_party: Callable[[str], bool]) -> Inference:
    """Inference for a file; is_first_party says of top-level names whether they are the project's."""
    reader = reader_for(filename, settings, is_first_party)
    return Inference(Path(filename).absolute(), text, reader, settings.app_types)


class Inference:
    """Answers about the names of one file."""

    def __init__(self, path: Path, text: str, reader: Reader, app_classes: frozenset[str]) -> None:
        self.path = path
        self.package = _package(self.path, reader.project.roots)
        if not _is_text_of(self.path, text):
            reader = Reader(reader.project, reader.is_first_party, {self.path: text})
        self._text = text
        self._world = world_of(reader, app_classes)
        self._module: nodes.Module | None = None

    def dotted(self, path: str) -> KnownObject:
        """What a resolved path is that starts with a module of the project, or with dots for a relative one."""
        path = self._absolute(path)
        parts = _split(path)
        for end in range(len(parts), 0, -1):
            module = ".".join(parts[:end])
            file = self._world.reader.find(module)
            if file is None:
                continue
            rest = path[len(module) + 1 :]
            # `from a.b import b`: a module's own name stands before a submodule of the same name
            if not rest and end > 1 and (found := self._ask(".".join(parts[: end - 1]), parts[end - 1])) != UNKNOWN:
                return found
            found = self._ask(module, rest)
            if found != UNKNOWN:
                return found
        return UNKNOWN

    def local(self, expression: str, line: int, column: int) -> KnownObject:
        """What an expression is that the scope of the file reads which starts at a place; line 0 is the module."""
        with self._world.entered():
            try:
                module = self._own()
                scope = module if not line else next(_scopes_at(module, line, column))
                with limited():
                    return _inferred(expression, scope)
            except (Exception, TooLong):  # see the top
                return UNKNOWN

    def looked_at(self) -> dict[str, State]:
        """Return the state of each other module that an answer may depend on; if one changes, the answers are stale."""
        seen = self._world.seen
        return {name: state for name, state in seen.items() if not self._is_own(name)}

    def _is_own(self, name: str) -> bool:
        file = self._world.reader.find(name)
        return file is not None and file.path == self.path

    def _own(self) -> nodes.Module:
        if self._module is None:
            name = self.path.stem if self.path.stem != "__init__" else ""
            dotted = ".".join(filter(None, (self.package, name)))
            file = self._world.reader.find(dotted)
            if file is not None and file.path == self.path:
                self._module = AstroidManager().ast_from_module_name(dotted)
            else:
                self._module = built(self._text, dotted, self.path)
        return self._module

    def _absolute(self, path: str) -> str:
        if path.startswith(".") and not self.package:  # such an import fails
            return ""
        return named(path, self.package)

    def _ask(self, module: str, expression: str) -> KnownObject:
        with self._world.entered():
            try:
                tree = AstroidManager().ast_from_module_name(module)
                with limited():
                    return _inferred(expression, tree) if expression else KnownObject(thing_of(tree).form)
            except (Exception, TooLong):  # see the top
                return UNKNOWN


def _inferred(expression: str, scope: nodes.LocalsDictNodeNG) -> KnownObject:
    """What an expression is where all that a scope binds is bound."""
    if has_unnamed_item(expression) or "<lambda" in expression:  # raw paths that are no Python
        return UNKNOWN
    if isinstance(scope, nodes.Module) and expression.isidentifier() and expression not in scope.locals:
        values = list(scope.igetattr(expression))  # a submodule
    else:
        statement = built(expression, "", Path()).body[0]
        statement.parent = scope
        statement.lineno = _AFTER_ALL
        values = list(statement.value.infer())
    telling = [each for each in values if not (isinstance(each, nodes.Const) and each.value is None)]
    if not telling or any(isinstance(each, UninferableBase) for each in telling):
        return UNKNOWN
    return agreed(thing_of(each) for each in telling)


def _scopes_at(module: nodes.Module, line: int, column: int) -> Iterator[nodes.LocalsDictNodeNG]:
    for node in module.nodes_of_class(nodes.LocalsDictNodeNG):
        if node.lineno == line and node.col_offset == column and node is not module:
            yield node


def _split(path: str) -> list[str]:
    """The parts of a dotted name, up to the first that is called or subscripted."""
    found: list[str] = []
    for part in path.split("."):
        if not part.isidentifier():
            name = dotted_start(part)
            return found if not name.isidentifier() else [*found, name]
        found.append(part)
    return found


def _package(path: Path, roots: Iterable[Path]) -> str:
    """The dotted name of the package that a file's relative imports count from; empty for one in no package."""
    folder = path.parent
    while is_file(folder / "__init__.py") and folder != folder.parent:
        folder = folder.parent
    if folder == path.parent:  # a namespace package, if anything
        folder = next((root for root in roots if path.is_relative_to(root) and root != path.parent), folder)
    return ".".join(path.parent.relative_to(folder).parts)


def _is_text_of(path: Path, text: str) -> bool:
    """Whether a file on disk holds a text: an editor's buffer may be ahead of it."""
    try:
        return read_source(path) == text
    except (OSError, SyntaxError, UnicodeDecodeError):
        return False
