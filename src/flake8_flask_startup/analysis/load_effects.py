"""Modules that could be loaded later, or never: whether loading one changes anything that stays.

Loading a module can register its classes, routes or handlers with an object of another module. It can do so only with
what its module code, and the functions that this mentions, have a name for. So a module whose executed code names
nothing that stays, but what is known to keep no record of its use, changes nothing that stays.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..model.access_paths import first_of
from ..syntax.import_statements import absolute, imported
from .load_settings import SetUp, set_up

# Modules and names that keep no record of their use. By their documentation.
_INERT = frozenset({
    "__future__", "abc", "base64", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal", "enum",
    "flask.Blueprint", "flask_babel.gettext", "flask_babel.lazy_gettext", "fractions", "functools", "hashlib",
    "http.HTTPStatus", "itertools", "json", "logging.getLogger", "math", "numbers", "operator", "pathlib", "random",
    "re", "secrets", "string", "struct", "textwrap", "time", "types", "typing", "typing_extensions", "urllib.parse",
    "uuid",
})  # fmt: skip
# Those of them that are called for nothing but the effect, and have none that stays.
_DOING_NOTHING = frozenset({"flask.Blueprint", "functools", "time", "typing", "typing_extensions"})
# Builtins that reach what nobody named, the outside, or an attribute by its text.
_REACHING = frozenset({
    "__builtins__", "__import__", "__loader__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "globals",
    "input", "locals", "open", "print", "quit", "setattr", "vars",
})  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def effect(tree: ast.Module, package: str, goes: Collection[str]) -> str:
    """Return in a few words what loading a module may change in modules that stay loaded; empty if nothing.

    package is what its relative imports begin at, goes are the modules that are not loaded either.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            return f"the star import on line {node.lineno} binds names that nobody can list"
    bound = _bound(tree, package)
    for read, path in _mentions(tree):
        name = first_of(path)
        if name in bound:
            dotted = bound[name] + path[len(name) :]
            if not (_is_of(dotted, goes) or _is_of(dotted, _INERT)):
                return f"loading it uses '{path}' on line {read.lineno}, which stays"
        elif name in _REACHING:
            return f"loading it calls {name}() on line {read.lineno}"
    for each in _set_up(tree, bound):
        if _is_of(each.name, _INERT):
            return f"loading it sets up '{each.name}' on line {each.line}"
    return ""


def libraries_set_up(tree: ast.Module, package: str) -> Iterator[tuple[str, int]]:
    """Give the dotted names of imported things that loading a module sets up, each with the line."""
    yield from ((each.name, each.line) for each in _set_up(tree, _bound(tree, package)))


def _set_up(tree: ast.Module, bound: Mapping[str, str]) -> Iterator[SetUp]:
    """What loading a module sets up of what it imports, by what that is; the logger of the module is its own."""
    for each in set_up(tree):
        name = first_of(each.name)
        if name not in bound:
            continue
        dotted = bound[name] + each.name[len(name) :]
        match each.made_of:
            case [ast.Name(id="__name__")] if dotted == "logging.getLogger":
                continue
        if not _is_of(dotted, _DOING_NOTHING):
            yield each._replace(name=dotted)


def _bound(tree: ast.Module, package: str) -> Mapping[str, str]:
    """What the names stand for that a module imports."""
    return {
        each.bound: f"{absolute(each.module, each.level, package)}.{each.name}" if each.name else each.path
        for node in ast.walk(tree)
        for each in imported(node)
        if each.bound
    }


def _is_of(dotted: str, names: Collection[str]) -> bool:
    """Whether a dotted name, or what it is a part of, is among some names."""
    while dotted:
        if dotted in names:
            return True
        dotted = dotted.rpartition(".")[0]
    return False


def _mentions(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """The dotted names that module code reads, and those of the functions and classes that it names, and so on."""
    definitions: dict[str, list[ast.AST]] = {}
    variables = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    pending: list[ast.AST] = [tree]
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            definitions.setdefault(node.name, []).append(node)
            roots = {_path(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}
            if not roots <= {"property", "staticmethod", "classmethod"} and not all(
                each.partition(".")[0] in variables for each in roots
            ):  # such as `@bp.route()` keep the function, others may call it
                pending.append(node)
    seen: set[str] = set()
    while pending:
        node = pending.pop()
        is_named = not isinstance(node, ast.Module)
        for found, path in _read(node, bodies=is_named):
            yield found, path
            for name in path.split("."):  # a method is named by its attribute
                if name not in seen:
                    seen.add(name)
                    pending += definitions.get(name, ())


def _read(node: ast.AST, *, bodies: bool) -> Iterator[tuple[ast.expr, str]]:
    """The dotted names under a node; without the bodies of functions unless those count."""
    pending: list[ast.AST] = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, (ast.Name, ast.Attribute)) and (path := _path(each)):
            yield each, path
        elif isinstance(each, _FUNCTIONS) and not bodies:
            pending += _run_where_defined(each)
        else:
            pending += ast.iter_child_nodes(each)


def _run_where_defined(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterable[ast.AST]:
    """Return what of a function runs where it is defined, but its annotations."""
    defaults = [each for each in (*function.args.defaults, *function.args.kw_defaults) if each is not None]
    return [*defaults, *([] if isinstance(function, ast.Lambda) else function.decorator_list)]


def _path(node: ast.expr) -> str:
    """The dotted name that an expression is; empty for another one."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""
