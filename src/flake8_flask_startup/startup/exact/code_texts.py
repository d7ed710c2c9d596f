"""Code that startup makes of texts and runs: `compile`, `exec` and `eval`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Protocol

from ...files.parsing import parsed, parsed_expression
from .objects import Frame, Outside, UnknownError, Walk
from .plain_values import PLAIN

MAX_CODE = 2_000  # characters of a text that is code


class Code:
    """What `compile` makes of a text. A function in it is known by the identity of its node, so the tree is kept."""

    def __init__(self, text: str, mode: str) -> None:
        if len(text) > MAX_CODE:
            raise UnknownError
        self.text = text
        try:
            self.tree = parsed_expression(text.strip()) if mode == "eval" else parsed(text)
        except SyntaxError as error:
            raise UnknownError from error


class _Evaluating(Protocol):
    texts: list[Code]

    def of(self, node: ast.expr, frame: Frame) -> object: ...

    def spread(self, nodes: Sequence[ast.expr], frame: Frame) -> Iterator[object]: ...


def compiled(_: Walk, source: object, filename: object = "", mode: object = "exec", *more: object) -> object:
    """What `compile` gives; something outside for a text that is not known."""
    if isinstance(source, Outside):
        return Outside("compile()", hides=source.hides)
    if not isinstance(source, str) or not isinstance(filename, PLAIN) or mode not in ("eval", "exec") or more:
        raise UnknownError
    return Code(source, str(mode))


def made_of_text(walk: Walk, expressions: _Evaluating, node: ast.Call, frame: Frame) -> object:
    """Do what code does that `eval` or `exec` is given: its statements stand on the line of the call."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    source, *spaces = expressions.spread(node.args, frame)
    if node.keywords:
        raise UnknownError
    if spaces and type(spaces[0]) is dict and all(each is spaces[0] for each in spaces):
        spaces[0].setdefault("__builtins__", Outside("builtins", hides=True))
        frame = Frame(frame.module, spaces[0], None, frozenset())
    elif spaces or (frame.parent is not None and not frame.is_class):
        raise UnknownError
    if not isinstance(source, (Code, str)):
        raise UnknownError
    code = source if isinstance(source, Code) else Code(source, name)
    for each in ast.walk(code.tree):
        if isinstance(each, (ast.expr, ast.stmt)):
            each.lineno = node.lineno
    walk.spend(len(code.text))
    expressions.texts.append(code)
    if isinstance(code.tree, ast.expr):
        return expressions.of(code.tree, frame)
    for _ in walk.execute(code.tree.body, frame):
        raise UnknownError
    return None
