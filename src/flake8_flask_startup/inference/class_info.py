"""Astroid's values as known objects: what an object is, and what its class comes from."""

from __future__ import annotations

import sys

from astroid import bases, nodes
from astroid.exceptions import AstroidError

from ..model.access_paths import as_resolved
from ..syntax.canonical_names import canonical
from .answers import UNKNOWN, Form, KnownObject

MAX_CLASSES = 50  # of one class's ancestors


def thing_of(value: object) -> KnownObject:
    """What an inferred value of astroid's is."""
    if isinstance(value, nodes.Module):
        return KnownObject(Form.MODULE, is_whole=True)
    if isinstance(value, nodes.ClassDef):
        return _class(value, Form.CLASS)
    if isinstance(value, (nodes.FunctionDef, nodes.Lambda, bases.UnboundMethod)):
        return KnownObject(Form.FUNCTION, is_whole=True)
    if isinstance(value, bases.BaseInstance):
        proxied = value._proxied  # astroid's own name for the class of an instance
        return _class(proxied, Form.INSTANCE) if isinstance(proxied, nodes.ClassDef) else UNKNOWN
    return UNKNOWN


def _class(node: nodes.ClassDef, form: Form) -> KnownObject:
    names: set[str] = set()
    whole = True
    takes_apps = False
    pending = [node]
    while pending:
        each = pending.pop(0)
        name = canonical(as_resolved(each.qname()))
        if name in names:
            continue
        names.add(name)
        whole = whole and len(names) <= MAX_CLASSES
        takes_apps = takes_apps or _takes_apps(each)
        for base in each.bases if whole else ():
            found = _classes(base)
            pending += found
            whole = whole and (bool(found) or _is_of_stdlib(base))
    return KnownObject(form, node.name, frozenset(names), whole, takes_apps)


def _classes(base: bases.Proxy | nodes.NodeNG) -> list[nodes.ClassDef]:
    try:
        found = list(base.infer())
    except AstroidError:
        return []
    return [each for each in found if isinstance(each, nodes.ClassDef)]


def _takes_apps(node: nodes.ClassDef) -> bool:
    """Whether a class has the method that makes an extension: `init_app(self, app)`."""
    methods = (each for each in node.locals.get("init_app", ()) if isinstance(each, nodes.FunctionDef))
    return any(len([*each.args.posonlyargs, *(each.args.args or ())]) > 1 for each in methods)


def _is_of_stdlib(base: bases.Proxy | nodes.NodeNG) -> bool:
    """Whether a base comes from the standard library, which has no Flask in it."""
    if isinstance(base, nodes.Subscript):  # `Generic[T]`
        base = base.value
    while isinstance(base, nodes.Attribute):
        base = base.expr
    if not isinstance(base, nodes.Name):
        return False
    _, statements = base.lookup(base.name)
    found = [name for each in statements for name in _modules(each)]
    return bool(found) and all(name.partition(".")[0] in sys.stdlib_module_names for name in found)


def _modules(statement: nodes.NodeNG) -> list[str]:
    """The modules that a statement binds a name by; one without a name for any other statement."""
    if isinstance(statement, nodes.ImportFrom):
        return [statement.modname or ""]
    return [name for name, _ in statement.names] if isinstance(statement, nodes.Import) else [""]
