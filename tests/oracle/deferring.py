"""Follows findings mechanically: imports moved into the functions that use their names, or taken out.

The result is for running and comparing, not for reading: where no statement can stand, in a lambda, an expression
that imports takes the name's place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

_Statement = ast.Import | ast.ImportFrom
_Function = TypeVar("_Function", ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Way(Enum):
    """What becomes of an import statement."""

    MOVED = "moved into every function that uses one of its names"
    REMOVED = "taken out, as if it stood under `TYPE_CHECKING` or nowhere"


def followed(source: str, ways: Mapping[int, Way]) -> str:
    """The source with the import statements on some lines moved or removed."""
    tree = ast.parse(source)
    statements = [node for node in ast.walk(tree) if isinstance(node, _Statement) and node.lineno in ways]
    # `import a.b` before `import a`: where only an expression can stand, the first to come must do for both
    statements.sort(key=lambda statement: -len(statement.names[0].name))
    postponed = False
    for statement in statements:
        rewriter = (_Mover if ways[statement.lineno] is Way.MOVED else _Remover)(statement)
        rewriter.visit(tree)
        postponed |= rewriter.annotates
    if postponed and not any(_is_future(node) for node in tree.body):
        future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
        tree.body.insert(int(_has_docstring(tree.body)), future)
    return ast.unparse(ast.fix_missing_locations(tree))


class _Remover(ast.NodeTransformer):
    """Takes a statement out. annotates says whether an annotation uses one of its names."""

    def __init__(self, statement: _Statement) -> None:
        self.statement = statement
        self.names = {alias.asname or alias.name.partition(".")[0]: alias for alias in statement.names}
        self.annotates = False

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        return ast.Pass() if node is self.statement else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        return ast.Pass() if node is self.statement else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._note(node.returns)
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self._note(node.returns)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self._note(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self._note(node.annotation)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def _note(self, annotation: ast.expr | None) -> None:
        parts = () if annotation is None else ast.walk(annotation)
        self.annotates |= any(isinstance(part, ast.Name) and part.id in self.names for part in parts)


@dataclass
class _Frame:
    """A function, a lambda or the main block around the node at hand. own are the names it binds itself."""

    own: frozenset[str]
    holds_statements: bool = True
    needed: set[str] = field(default_factory=set)


class _Mover(_Remover):
    """Takes a statement out of module code, and puts it where its names are used."""

    def __init__(self, statement: _Statement) -> None:
        super().__init__(statement)
        self.frames: list[_Frame] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        return self._function(node)

    def _function(self, node: _Function) -> _Function:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        self._signature(node.args)
        self._note(node.returns)
        node.body = self._within(_Frame(_own(node)), node.body)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self._signature(node.args)
        self.frames.append(_Frame(_own(node), holds_statements=False))
        node.body = self.visit(node.body)
        self.frames.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        node.test = self.visit(node.test)
        frame = _Frame(frozenset())
        is_main = not self.frames and ast.unparse(node.test) == "__name__ == '__main__'"
        node.body = self._within(frame, node.body) if is_main else [self.visit(each) for each in node.body]
        node.orelse = [self.visit(each) for each in node.orelse]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names or not isinstance(node.ctx, ast.Load):
            return node
        frames = self.frames[::-1]
        for frame in frames:
            if node.id in frame.own:
                return node
            if frame.holds_statements and frame is frames[0]:
                frame.needed.add(node.id)
                return node
            if frame.holds_statements:
                break
        return self._imported(node.id) if frames else node  # module code that needs it is what a comparison shows

    def _within(self, frame: _Frame, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        self.frames.append(frame)
        visited = [self.visit(each) for each in body]
        self.frames.pop()
        start = int(_has_docstring(visited))
        while start < len(visited) and isinstance(visited[start], (ast.Global, ast.Nonlocal)):
            start += 1
        moved = [self._statement(self.names[name]) for name in sorted(frame.needed)]
        return [*visited[:start], *moved, *visited[start:]]

    def _signature(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(each) for each in arguments.defaults]
        arguments.kw_defaults = [each and self.visit(each) for each in arguments.kw_defaults]
        for node in ast.walk(arguments):
            if isinstance(node, ast.arg):
                self._note(node.annotation)

    def _statement(self, alias: ast.alias) -> ast.stmt:
        if isinstance(self.statement, ast.Import):
            return ast.Import([alias])
        return ast.ImportFrom(self.statement.module, [alias], self.statement.level)

    def _imported(self, name: str) -> ast.expr:
        """What the import binds a name to, as an expression."""
        alias = self.names[name]
        if isinstance(self.statement, ast.ImportFrom):
            text = f"getattr(__import__('importlib').import_module({self.statement.module!r}), {alias.name!r})"
        elif alias.asname:
            text = f"__import__('importlib').import_module({alias.name!r})"
        else:
            text = f"__import__({alias.name!r})"
        return ast.parse(text, mode="eval").body


def _own(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that a function binds itself, so that they are not the module's."""
    arguments = node.args
    gathering = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    found = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *gathering)}
    elsewhere: set[str] = set()
    for part in _inside(node.body if isinstance(node.body, list) else [node.body]):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(part.name)
        elif isinstance(part, _Statement):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
        elif isinstance(part, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            found.add(part.name or "")
        elif isinstance(part, (ast.Global, ast.Nonlocal)):
            elsewhere.update(part.names)
    return frozenset(found - elsewhere)


def _inside(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes in a function's own code, those of functions and classes in it only as far as their names."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += ast.iter_child_nodes(node)


def _has_docstring(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
