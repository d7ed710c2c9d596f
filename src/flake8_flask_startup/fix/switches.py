"""Debug mode, reloaders and the like left to the environment, as Flask documents it: the statement or argument goes.

Without `debug=True`, or an assignment of `DEBUG` or `FLASK_DEBUG`, Flask asks the variable `FLASK_DEBUG`, which
`flask run --debug` sets. Edits are made in the text, at the places of its tree.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet

from ..lint.flask.debug_flags import is_development
from .refusal import Refused
from .splices import GOES, Places, Splice, spliced

CALLS = {"FST301": ("debug", "use_debugger", "use_reloader"), "FST305": ("use_reloader",)}
SETTING = "FST303"
ASSIGNED = {"FST302": ("DEBUG",), SETTING: (), "FST304": (), "FST602": (), "FST603": ()}
PRELOAD = "FST601"
CODES = frozenset({*CALLS, *ASSIGNED, PRELOAD})
_PRELOADED = "preload_app = True  # workers share what loading opens: open connections in post_fork"


_PATCHING = re.compile(r"gevent|eventlet")
_IS_SET = re.compile(r"^\s*preload_app\b", re.MULTILINE)


def switched_off(text: str, tree: ast.Module, places: Collection[tuple[int, str]]) -> str:
    """Return a text without what findings with these lines and codes are about; lines that go are marked.

    Raises:
        Refused: if one of them is written in a form that no edit is known for.
    """
    if GOES in text:
        raise Refused("it has a comment that marks lines here")
    if any(code == SETTING for _, code in places):
        _need_unread(tree, {line for line, code in places if code == SETTING})
    at = Places(text)
    splices = [splice for line, code in places for splice in _splices(at, tree, line, code)]
    text = spliced(text, splices)
    if any(code == PRELOAD for _, code in places):
        if _PATCHING.search(text):
            raise Refused("its workers patch the standard library, which has to come before the app is loaded")
        if _IS_SET.search(text):
            raise Refused("preload_app is set already")
        newline = "\r\n" if "\r\n" in text else "\n"
        text += ("" if text.endswith(newline) else newline) + _PRELOADED + newline
    return text


def _need_unread(tree: ast.Module, lines: AbstractSet[int]) -> None:
    """Do nothing where nothing in the file reads a setting, and it is none of a class for development; else Refused."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and is_development(node.name) and lines & {each.lineno for each in node.body}:
            raise Refused(f"{node.name} is for development, and production inherits from it")
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name == "DEBUG" and isinstance(getattr(node, "ctx", None), ast.Load):
            raise Refused(f"line {getattr(node, 'lineno', 0)} reads DEBUG")


def _splices(at: Places, tree: ast.Module, line: int, code: str) -> list[Splice]:
    found: list[Splice] = []
    if code == PRELOAD:
        return found
    for body in _bodies(tree):
        for each in body:
            if isinstance(each, (ast.Assign, ast.Expr)) and each.lineno <= line <= (each.end_lineno or 0):
                if isinstance(each, ast.Assign) and code in ASSIGNED:
                    found += _deleted(at, each, body)
                else:
                    names = CALLS.get(code) or ASSIGNED.get(code, ())
                    found += _without_arguments(at, each, line, names)
    if not found:
        raise Refused(f"line {line}: {code} is written in a form that no edit is known for")
    return found


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body


def _deleted(at: Places, node: ast.Assign, body: list[ast.stmt]) -> Iterator[Splice]:
    """An assignment of a constant to one place goes; in a block of its own, `pass` comes in its place."""
    last = node.end_lineno or node.lineno
    is_alone = at.text[at.start(node) : at.end(node)] == at.line(node.lineno).partition("#")[0].strip()
    if len(node.targets) != 1 or not isinstance(node.value, ast.Constant) or not is_alone:
        raise Refused(f"line {node.lineno}: it is no assignment of a constant on a line of its own")
    if len(body) == 1:
        yield Splice(at.start(node), at.end(node), "pass")
    else:
        yield from at.whole_lines(node.lineno, last)


def _without_arguments(at: Places, node: ast.stmt, line: int, names: Collection[str]) -> Iterator[Splice]:
    """The keywords with a constant that is true go from the calls that begin on a line."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and call.lineno == line:
            given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
            given.sort(key=at.start)
            are_on = (isinstance(each, ast.keyword) and each.arg in names and _is_on(each.value) for each in given)
            yield from at.without_arguments(given, [number for number, is_on in enumerate(are_on) if is_on])


def _is_on(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and bool(value.value)
