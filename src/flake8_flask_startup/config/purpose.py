"""What names and code say of their purpose: development, tests, or neither."""

from __future__ import annotations

import ast
import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
DEVELOPMENT = frozenset(
    {"debug", "dev", "devel", "develop", "developer", "development", "devserver", "local", "localhost"}
)
TESTING = frozenset({"test", "testing", "tests", "unittest"})

# What only tests import while they load: the standard library's own, and those that run features written in prose.
TEST_TOOLS = frozenset({"aloe", "behave", "lettuce", "nose", "nose2", "unittest"})


def words(name: str) -> frozenset[str]:
    """The words of a name in lower case, be it in snake_case, CamelCase or CAPITALS."""
    return frozenset(word.lower() for word in _WORD.findall(name))


def is_of_pytest(tree: ast.Module) -> bool:
    """Whether a file has hooks or fixtures of pytest, which loads plugins by itself, whatever they are called."""
    functions = (node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return any(node.name.startswith("pytest_") or any(map(_is_of_pytest, node.decorator_list)) for node in functions)


def _is_of_pytest(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name) and made.value.id.startswith("pytest")
