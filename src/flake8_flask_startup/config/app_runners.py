"""Modules that run an app which another module of the project has or makes: `run.py`, `serve.py`.

Such a module imports what `python run.py` begins with, often blueprints and models that the app's own module does not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator

from ..model.access_paths import callee_of, owner_of
from .entry_target import MAIN
from .flask_objects import SERVERS

# By their last names: `app.run()`, `socketio.run(app)`, `serve(app)`, `WSGIServer(("", 5000), app).serve_forever()`.
_RUNNING = frozenset(
    {"run", *(each.rpartition(".")[2] for path in SERVERS for each in (path, callee_of(owner_of(path))))}
)


def names_runner(text: str) -> bool:
    """Return whether a text has the name of something that runs apps."""
    return any(each in text for each in _RUNNING)


def app_run_by(tree: ast.Module, own: Iterable[ast.stmt], has: Callable[[str, str], bool]) -> str:
    """Return the name under which a module's code has the app of another module that it runs; empty if it runs none.

    It is `__main__` where the app is there only once the module is run as a program. own are the statements that run
    when the module is imported. has says whether a module, by its name as an import statement has it, has an app or a
    factory of some name.
    """
    imported = {
        each.asname or each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
        if has(node.module or "", each.name)
    }
    apps = imported | {name for node in ast.walk(tree) for name in _made_by(node, imported)}
    if not any(_runs(node, apps) for node in ast.walk(tree)):
        return ""
    bound = [name for node in own for name in (*_imports(node, imported), *_made_by(node, imported))]
    calls = {name for node in ast.walk(tree) if isinstance(node, ast.Call) and (name := _name(node.func)) in imported}
    return next((name for name in reversed(bound) if name not in calls), MAIN)


def _runs(node: ast.AST, apps: Collection[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    last = node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    called = owner.func if isinstance(owner, ast.Call) else owner  # `create_app().run()`
    given = [owner, called, *node.args, *(each.value for each in node.keywords)]
    return last in _RUNNING and any(_name(each) in apps for each in given)


def _imports(node: ast.stmt, names: Collection[str]) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield from (name for each in node.names if (name := each.asname or each.name) in names)


def _made_by(node: ast.AST, factories: Collection[str]) -> Iterator[str]:
    """The names that a statement assigns what one of these functions returns."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _name(node.value.func) in factories:
        yield from filter(None, map(_name, node.targets))


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""
