"""Extensions that the project defines itself: classes whose constructor passes the app, if given, to `init_app`.

Such an extension can get its app later if its constructor does nothing else with the app, and if code that uses the
extension before then uses nothing that `init_app` reads or changes.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from .module import Function

_SETUP = "init_app"
# A class that defines one of these may run anything when an attribute is read or an instance is made.
_ODD = frozenset({"__delattr__", "__getattr__", "__getattribute__", "__new__", "__set_name__", "__setattr__"})


@dataclass(frozen=True, slots=True)
class OwnExtension:
    """A class that the project defines. parameters are the constructor's positional parameters after the app.

    free are the attributes of an object that have nothing to do with what `init_app` reads or changes.
    """

    parameters: tuple[str, ...]
    free: frozenset[str]


def own_extension(node: ast.ClassDef) -> OwnExtension | None:
    """Return how an instance of a class can be made before it gets its app; None if that is not known."""
    is_plain = not node.decorator_list and not node.keywords and all(_is_name(each, "object") for each in node.bases)
    methods = {each.name: each for each in node.body if isinstance(each, Function)}
    names = [each.name for each in node.body if isinstance(each, (*Function, ast.ClassDef))]
    made, setup = methods.get("__init__"), methods.get(_SETUP)
    if not is_plain or made is None or setup is None or len(names) != len(set(names)) or _ODD.intersection(names):
        return None
    if any(isinstance(each, ast.AsyncFunctionDef) or each.decorator_list for each in (made, setup)):
        return None
    receiver, app, *others = _parameters(made) or ("", "")
    given = _parameters(setup)
    if not app or len(given) < 2 or len(given) - 2 > len(setup.args.defaults) or not _may_lack_app(made):
        return None
    body = [each for each in made.body if not _is_text(each)]
    if not body or not _sets_up(body[-1], receiver, app):
        return None
    kept = _kept(setup, given[0], given[1])
    for each in body[:-1]:
        if _keeps(each, receiver, app) not in kept and any(_is_name(one, app) for one in ast.walk(each)):
            return None
        if any(isinstance(one, (ast.Return, ast.Raise)) for one in ast.walk(each)):
            return None
    return OwnExtension(tuple(others), frozenset(_free(methods))) if _touched(made) is not None else None


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """The positional parameters of a method; empty if it takes any number of arguments."""
    arguments = function.args
    if arguments.vararg is not None or arguments.kwarg is not None or arguments.posonlyargs:
        return ()
    return tuple(each.arg for each in arguments.args)


def _may_lack_app(made: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the app and all parameters after it have defaults, with None for the app."""
    defaults = made.args.defaults
    return len(defaults) == len(made.args.args) - 1 and isinstance(defaults[0], ast.Constant) and not defaults[0].value


def _sets_up(node: ast.stmt, receiver: str, app: str) -> bool:
    """Whether a statement is `if app is not None: self.init_app(app)`."""
    if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1:
        return False
    wanted = {f"{app}", f"{app} is not None"}
    call = f"{receiver}.{_SETUP}({app})"
    return ast.unparse(node.test) in wanted and ast.unparse(node.body[0]) == call


def _keeps(node: ast.stmt, receiver: str, app: str) -> str:
    """The attribute in which a statement stores the app, if it does nothing else; empty otherwise."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    value = node.value if isinstance(node, ast.Assign) else None
    (target,) = targets if len(targets) == 1 else (None,)
    is_kept = isinstance(target, ast.Attribute) and _is_name(target.value, receiver) and _is_name(value, app)
    return target.attr if is_kept and isinstance(target, ast.Attribute) else ""


def _kept(setup: ast.FunctionDef | ast.AsyncFunctionDef, receiver: str, app: str) -> set[str]:
    """The attributes in which `init_app` always stores the app."""
    return set(filter(None, (_keeps(each, receiver, app) for each in setup.body)))


def _free(methods: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> Iterator[str]:
    """The attributes that lead to none of those that `init_app` uses, whatever methods are called."""
    asked = {name: _touched(each) for name, each in methods.items()}
    meant = _closure(_SETUP, asked)
    for name in (*methods, *(one for one in asked["__init__"] or () if one not in methods)):
        found = _closure(name, asked)
        if found is not None and meant is not None and not found & meant:
            yield name


def _closure(name: str, asked: Mapping[str, Collection[str] | None]) -> set[str] | None:
    """The attributes that one leads to, including itself; None if that may be any."""
    found: set[str] = set()
    pending = [name]
    while pending:
        each = pending.pop()
        if each in found:
            continue
        found.add(each)
        inside = asked.get(each, ())
        if inside is None:
            return None
        pending += inside
    return found


def _touched(method: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str] | None:
    """The attributes of `self` that a method names; None if it does anything else with `self`."""
    arguments = method.args.args
    if not arguments or not all(_is_name(each, "property") for each in method.decorator_list):
        return None
    receiver = arguments[0].arg
    named = [each for each in ast.walk(method) if isinstance(each, ast.Attribute) and _is_name(each.value, receiver)]
    kept = [each for each in ast.walk(method) if isinstance(each, ast.Assign) and _is_name(each.value, receiver)]
    every = [each for each in ast.walk(method) if _is_name(each, receiver, "super")]
    return {each.attr for each in named} if len(named) + len(kept) == len(every) else None


def _is_name(node: ast.AST | None, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
