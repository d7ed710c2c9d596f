"""Modules that run an app which another module of the project has or makes: `run.py`, `serve.py`.

Such a module imports what `python run.py` begins with, often blueprints and models that the app's own module does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from ..model.access_paths import callee_of, owner_of
from .entry_target import MAIN
from .flask_objects import SERVERS

# By their last names: `app.run()`, `socketio.run(app)`, `serve(app)`, `WSGIServer(("", 5000), app).serve_forever()`.
_RUNNING = frozenset(
    {"run", *(each.rpartition(".")[2] for path in SERVERS for each in (path, callee_of(owner_of(path))))} - {""}
)
_RUN = re.compile(rf"\b(?:{'|'.join(sorted(_RUNNING))})[ \t]*\(")


def may_run(text: str) -> bool:
    """Return whether a text may run an app that it imports: most texts need no closer look."""
    return "import" in text and _RUN.search(text) is not None


def app_run_by(tree: ast.Module, own: Iterable[ast.stmt], is_app: Callable[[str, str], bool]) -> str:
    """Return the name under which a module's code has the app of another module that it runs; empty if it runs none.

    It is `__main__` where the app is there only once the module is run as a program. own are the statements that run
    when the module is imported. is_app says whether a name from a module, empty for a relative one, is an app or a
    factory.
    """
    nodes = list(ast.walk(tree))
    sources = {bound: source for node in nodes for bound, source in _imported(node)}
    made = {bound: maker for node in nodes for bound, maker in _made(node)}
    run = {made.get(name, name) for node in nodes for name in _run_by(node)}
    served = {name for name in run if name in sources and is_app(*sources[name])}
    if not served:
        return ""
    factories = {_name(node.func) for node in nodes if isinstance(node, ast.Call)}
    bound = [name for node in own for name, _ in _imported(node) if name in served - factories]
    bound += [name for node in own for name, maker in _made(node) if maker in served]
    return bound[-1] if bound else MAIN


def _imported(node: ast.AST) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names that a `from` statement binds, each with the module, empty for a relative one, and its name there."""
    if isinstance(node, ast.ImportFrom):
        module = "" if node.level else node.module or ""
        yield from ((each.asname or each.name, (module, each.name)) for each in node.names)


def _made(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that a statement assigns the result of a call, each with the name of what is called."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and (maker := _name(node.value.func)):
        yield from ((name, maker) for each in node.targets if (name := _name(each)))


def _run_by(node: ast.AST) -> Iterator[str]:
    """The names of what a call runs: `app.run()`, `create_app().run()`, `serve(app)`."""
    if not isinstance(node, ast.Call):
        return
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if (node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)) in _RUNNING:
        given = [owner, *node.args, *(each.value for each in node.keywords)]
        yield from filter(None, (_name(each.func if isinstance(each, ast.Call) else each) for each in given))


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""
