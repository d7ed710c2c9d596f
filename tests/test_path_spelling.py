"""Only `access_paths` knows how a path is spelled: no other module puts one together or takes one apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import flake8_flask_startup

SOURCE = Path(flake8_flask_startup.__file__).parent
WINGS = ("syntax", "project", "inference", "analysis", "startup", "lint")  # what else is above or below has texts
TAKING_APART = frozenset(
    {
        "count", "endswith", "find", "index", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind",
        "rindex", "rpartition", "rsplit", "rstrip", "split", "startswith", "strip",
    }
)  # fmt: skip
# The names that variables and attributes with paths have, and the functions that give one.
PATHS = re.compile(
    r"(?:^|\.)(?:base|callee|made|meant|owner|path|raw|receiver|resolved)$|(?:resolve|raw_path|_of)\(.*\)$"
)

# What looks like a path and is none.
OTHERS = {
    "lint/flask/io_calls.py": {"f\"{path}({', '.join(arguments)})\""},  # a call with its arguments, which no path has
    "startup/fates.py": {'f":{MAIN}"'},  # the end of an entry point
    "startup/started.py": {'f"{name}()"'},  # a function as messages name it
}


def is_punctuation(text: str, of: ast.expr) -> bool:
    """Whether a text is what a path has between or before its names; what begins one only where a path stands."""
    if text in ("()", "[]", "().", "['", "']"):
        return True
    return bool(text) and set(text) <= set("()[]:?") and bool(PATHS.search(ast.unparse(of)))


def texts_in(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.Tuple(elts=elements) | ast.Set(elts=elements) | ast.List(elts=elements):
            for each in elements:
                yield from texts_in(each)


def takes_apart(node: ast.AST) -> bool:
    """Whether a node asks a path for its punctuation: by a method of strings, or by comparing with it."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=given) if method in TAKING_APART:
            return any(is_punctuation(text, owner) for each in given for text in texts_in(each))
        case ast.Compare(left=left, comparators=[right]):
            sides = ((left, right), (right, left))
            return any(is_punctuation(text, _whole(other)) for one, other in sides for text in texts_in(one))
    return False


def _whole(node: ast.expr) -> ast.expr:
    """What a part is of, `path` of `path[:1]`."""
    return node.value if isinstance(node, ast.Subscript) else node


def puts_together(node: ast.AST) -> bool:
    """Whether a node is an f-string that spells a path: a name or path with a sign before, or a call or item behind."""
    if not isinstance(node, ast.JoinedStr) or any(" " in each for each in _literal(node)):
        return False
    for before, after in zip(node.values, node.values[1:], strict=False):
        match before, after:
            case ast.Constant(value=":" | "?"), ast.FormattedValue():
                return before is node.values[0] and len(node.values) == 2
            case ast.FormattedValue(value=value), ast.Constant(value=str() as text):
                is_path = bool(PATHS.search(ast.unparse(value)))
                if text.startswith(("()", "[]")) or (is_path and text.startswith(("(", "["))):
                    return True
    return False


def _literal(node: ast.JoinedStr) -> list[str]:
    return [str(each.value) for each in node.values if isinstance(each, ast.Constant)]


def spelling(code: str) -> Iterator[str]:
    """The expressions of some code that spell a path, or ask for the spelling of one, as it writes them."""
    nodes = (node for node in ast.walk(ast.parse(code)) if takes_apart(node) or puts_together(node))
    return (ast.get_source_segment(code, node) or "" for node in nodes)


@pytest.mark.parametrize("wing", WINGS)
def test_no_other_module_spells_paths(wing: str) -> None:
    files = {file.relative_to(SOURCE).as_posix(): file for file in sorted((SOURCE / wing).rglob("*.py"))}
    found = {name: set(spelling(file.read_text(encoding="utf-8"))) for name, file in files.items()}
    others = {name: expressions for name, expressions in OTHERS.items() if name in files}
    assert {name: expressions for name, expressions in found.items() if expressions} == others


@pytest.mark.parametrize(
    "code",
    [
        "f'{path}()'",
        "f'{value.path}[]'",
        "f':{scope.name}'",
        "f'?{name}'",
        "f'{each}().{method}'",
        "f'{path}(' in text",
        "path.removesuffix('()')",
        "name.endswith(('()', '[]'))",
        "call.path.lstrip(':?')",
        "names.resolve(path, 0).startswith(':')",
        "owner.partition('[')[0]",
        "path[:1] in (':', '?')",
        "'(' in path",
        "'[]' not in store.path",
    ],
)
def test_what_spells_a_path_is_found(code: str) -> None:
    assert list(spelling(code))


@pytest.mark.parametrize(
    "code",
    [
        "path == 'functools.partial()'",
        "entry.partition(':')",
        "text.replace(':', '.')",
        "f'{name}: {count} lines'",
        "f'by {plain(call.path)}() on line 3'",
        "'[' in line",
    ],
)
def test_whole_paths_and_other_texts_are_left_alone(code: str) -> None:
    assert not list(spelling(code))
