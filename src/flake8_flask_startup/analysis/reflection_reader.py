"""What an expression that may come to a module's names by a text asks it for: any of them, one, or none."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..files.trees import optional_tree
from ..model.access_paths import as_resolved, call_of, is_attribute, is_dotted, is_unknown, last_name, root_of
from ..project.put_together import ANYTHING, WORD
from ..project.spelled import ANY, Spelling, made_of, may_be
from ..syntax.lowering import value_of
from ..syntax.raw_paths import raw_path
from ..syntax.resolver import Names
from ..syntax.symbol_table import ScopeKind
from ..syntax.tree_walk import nodes_of
from ..syntax.values import Kind, Value
from .names_passed_on import is_gone_through, of_variable, passed_on

_EVALUATING = frozenset({"eval", "exec"})
_OF_SCOPE = frozenset({"dir", "locals", "vars"})  # of where they are called, without an argument
NAMESPACES = frozenset({"__globals__", "f_globals", "f_locals", "func_globals"})  # attributes
_IMPORTING = frozenset({"__import__", "importlib.__import__", "importlib.import_module"})
_RESOLVING = frozenset(
    {
        "celery.utils.imports.symbol_by_name", "django.utils.module_loading.import_string",
        "kombu.utils.imports.symbol_by_name", "pkgutil.resolve_name", "pydoc.locate", "werkzeug.utils.import_string",
    }
)  # fmt: skip
_OF_OBJECT = frozenset({"inspect.getclosurevars", "inspect.getmodule"})
_BUILTIN_MODULES = frozenset({"__builtins__", "builtins"})
_ATTRIBUTE_FUNCTIONS = frozenset({"delattr", "getattr", "hasattr", "setattr"})
_ITEM_METHODS = frozenset({"__contains__", "__getitem__", "get", "pop", "setdefault"})
_NAMES_ALONE = frozenset({"bool", "frozenset", "iter", "len", "list", "set", "sorted", "tuple"})
# What is asked about a module and for none of its names (`inspect`).
_ABOUT_MODULES = frozenset(
    f"inspect.{each}" for each in ("getdoc", "getfile", "getsource", "getsourcefile", "getsourcelines", "ismodule")
)
_FUNCTIONS = _IMPORTING | _RESOLVING | _OF_OBJECT
WORDS = frozenset(
    {
        *_EVALUATING, *_OF_SCOPE, *NAMESPACES, *_BUILTIN_MODULES, "__main__", "globals", "modules",
        *(name.rpartition(".")[2] for name in _FUNCTIONS),
    }
)  # fmt: skip
_LOOKING_UP = WORDS | _ATTRIBUTE_FUNCTIONS  # code that mentions these may look names up by strings
NOTHING = "\0"  # matches no name
_MADE_HERE = ("types.ModuleType()", "types.SimpleNamespace()")  # objects with names of their own, none at first
_HOLE = "_hole_"  # the placeholder for an unknown part of code
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Asked(NamedTuple):
    """A file whose names may be asked for. own are the dotted names it may be imported by."""

    names: Names
    own: Callable[[], Collection[str]]
    is_first_party: Callable[[str], bool]  # of top-level names
    spelling: Callable[[], Spelling]


class Reader:
    """Tells what a candidate is, and which name of the module it is asked for."""

    def __init__(self, file: Asked, parents: Mapping[ast.AST, ast.AST], node: ast.expr, scope: int) -> None:
        self._names = file.names
        self._own = file.own()
        self._is_first_party = file.is_first_party
        self._spelling = file.spelling
        self._parents = parents
        self._node = node
        self._scope = scope

    def meaning(self) -> tuple[str, str]:
        """How the candidate comes to the module's names, "" where it does not, and the name that is asked for."""
        node = self._node
        if isinstance(node, ast.Constant):  # `getattr(frame, "f_globals")`
            return (str(node.value), "") if isinstance(self._parent(), ast.Call) else ("", "")
        if isinstance(node, ast.Attribute) and node.attr in NAMESPACES:
            return ("", "") if self._is_foreign(node.value) else (node.attr, self._from_namespace(0))
        path = self._names.resolve(raw_path(node), self._scope)
        if path in _BUILTIN_MODULES:
            return self._of_builtins(path)
        path = as_resolved(path.removeprefix("builtins."))
        if path == "globals":
            return "globals()", self._from_namespace(1) if self._is_called() else ""
        if path in _OF_SCOPE:
            return self._of_scope(path)
        if path in _EVALUATING:
            if not self._is_called():
                return call_of(path), ""
            asked = NOTHING if self._is_spelled_out() else self._named_in_code()
            return ("", "") if asked == NOTHING else (call_of(path), asked)
        if path == "sys.modules":
            return self._of_modules()
        if path in _FUNCTIONS:
            return self._of_function(path)
        if path == "__main__" or self._is_own(path):
            return path, self._from_module(0)
        return "", ""

    def _is_foreign(self, node: ast.expr) -> bool:
        """Whether an object is a function or module of another package."""
        path = self._names.resolve(raw_path(node), self._scope)
        return is_dotted(path) and path[0].isalpha() and not self._is_first_party(root_of(path))

    def is_given(self) -> bool:
        """Whether the candidate asks the module of an object that its code is given, or what calls its code."""
        match self._node:
            case ast.Constant() | ast.Attribute(attr="f_globals" | "f_locals"):
                return True
            case ast.Attribute(attr=attribute, value=owner) if attribute in NAMESPACES:
                return self._is_unknown(owner)
        return any(isinstance(each, str) or self._is_unknown(each) for each in self._owners())

    def is_gone_through(self) -> bool:
        """Whether code only goes through the names, so that it calls of them what it is seen to call."""
        return isinstance(self._parent(), ast.Call) and is_gone_through(self._call(), self._parents)

    def asks_heirs(self) -> bool:
        """Whether what is given can only be a class derived from the one whose method asks, or an instance of such."""
        roots = {each if isinstance(each, str) else _subject(each) for each in self._owners()}
        return bool(roots) and roots == {self._receiver()}

    def _owners(self) -> Sequence[ast.expr | str]:
        """The objects whose module is asked for; for a variable with its name, what the owner's name begins with."""
        match self._parent():
            case ast.Subscript(slice=key) | ast.Call(args=[key, *_]):
                pass
            case ast.Attribute() if isinstance(self._above(1), ast.Call) and self._call(1).args:
                key = self._call(1).args[0]
            case _:
                return ()
        owners = [each.value for each in ast.walk(key) if isinstance(each, ast.Attribute) and each.attr == "__module__"]
        if self._names.resolve(raw_path(self._node), self._scope) in _OF_OBJECT:
            return [*owners, key]
        if isinstance(key, ast.Name):
            path = self._names.value(value_of(key), self._scope).path
            return [root_of(path)] if is_attribute(path, "__module__") else []
        return owners

    def _receiver(self) -> str:
        """The first parameter of the method that the candidate stands in; "" outside of one."""
        scopes = self._names.facts.scopes
        number = self._scope
        while number and scopes[scopes[number].parent].kind is not ScopeKind.CLASS:
            number = scopes[number].parent
        found = scopes[number]
        is_method = number and found.kind is ScopeKind.FUNCTION and "staticmethod" not in found.decorators
        return found.parameters[0] if is_method and found.parameters else ""

    def _is_unknown(self, node: ast.expr) -> bool:
        """Whether the file does not tell what an object is, or it is of a class that others may derive from."""
        if isinstance(node, ast.Call):  # `type(self)`
            return any(map(self._is_unknown, node.args[:1]))
        path = self._names.resolve(raw_path(node), self._scope)
        return not path or is_unknown(path)

    def _is_own(self, path: str) -> bool:
        """Whether an imported path is the module itself, be it imported from its own package by a dot."""
        return path in self._own or (path.startswith(".") and any(f".{own}".endswith(path) for own in self._own))

    # what the candidate is

    def _of_builtins(self, path: str) -> tuple[str, str]:
        """The module of builtins, where it may be asked for one of the words: `builtins.eval` is one itself."""
        parent = self._parent()
        if isinstance(parent, ast.Attribute) and parent.attr != "__dict__" and parent.attr not in _ITEM_METHODS:
            return "", ""
        wanted = self._from_module(0) or self._from_namespace(0)
        return (path, "") if any(may_be(wanted, word) for word in WORDS) else ("", "")

    def _of_scope(self, path: str) -> tuple[str, str]:
        scopes = self._names.facts.scopes
        scope = self._scope
        while scopes[scope].kind is ScopeKind.COMPREHENSION:
            scope = scopes[scope].parent
        if scope:
            return "", ""
        if not self._is_called():
            is_kept = isinstance(self._parent(), (ast.Assign, ast.AnnAssign, ast.NamedExpr))
            return (call_of(path), "") if is_kept else ("", "")
        if self._call().args:
            return "", ""
        return call_of(path), passed_on(self._call(), self._parents) if path == "dir" else self._from_namespace(1)

    def _is_spelled_out(self) -> bool:
        """Return whether code runs in a namespace that is written out, or in that of a module that the file makes."""
        call = self._call()
        given = [*call.args[1:2], *(each.value for each in call.keywords if each.arg in ("globals", "locals"))]
        values = [self._names.value(value_of(each), self._scope) for each in given[:1]]
        paths = [self._names.resolve(raw_path(each), self._scope) for each in given[:1]]
        return (
            any(value.kind is Kind.MAPPING for value in values)
            or any(path.startswith(_MADE_HERE) for path in paths)
            or any(self._is_foreign(owner) for each in given[:1] if (owner := _owner_of_namespace(each)) is not None)
        )

    def _named_in_code(self) -> str:
        """Return a pattern for the names that a string of code mentions, if it is written out or formatted.

        NOTHING stands for no name, "" for any.

        A placeholder inside a name stands for a part of the name, and inside a string for a part of the string.
        """
        code = next(iter(self._call().args), None)
        pattern = Spelling(()).pattern(code) if code is not None else None
        tree = optional_tree(_code_of(pattern).encode(errors="replace")) if pattern is not None else None
        nodes = nodes_of(tree) if tree is not None else []
        names = {each.id for each in nodes if isinstance(each, ast.Name)}
        imported = {each.name for each in nodes if isinstance(each, ast.alias)}
        attributes = {each.attr for each in nodes if isinstance(each, ast.Attribute)}
        asks_more = "*" in imported or not _LOOKING_UP.isdisjoint(names | attributes)
        names |= imported | attributes if imported else set()  # these may be the module's own names, imported again
        found = [re.escape(name).replace(_HOLE, WORD) for name in sorted(names)]
        if tree is None or asks_more or WORD in found or (code is not None and _has_quoted(code)):
            return ""
        return made_of(f"(?:{'|'.join(found)})") if found else NOTHING

    def _of_modules(self) -> tuple[str, str]:
        """`sys.modules`, and the module that it has under a key, if that may be this one."""
        by = "sys.modules"
        match self._parent():
            case ast.Subscript(slice=key, ctx=ast.Load()):
                return self._asked_of(by, 1) if self._may_be_own(key, unknown=True) else ("", "")
            case ast.Subscript():
                return "", ""
            case ast.Attribute(attr=name) if name in _ITEM_METHODS and isinstance(self._above(1), ast.Call):
                keys = self._call(1).args[:1]
                is_own = any(self._may_be_own(key, unknown=True) for key in keys)
                return self._asked_of(by, 2) if is_own else ("", "")
            case ast.Attribute(attr="keys") | ast.Compare() | ast.For() | ast.comprehension():
                return "", ""
            case ast.Call(func=function):
                path = raw_path(function)
                return ("", "") if path in _NAMES_ALONE or path.endswith("dict") else (by, "")
        return by, ""

    def _of_function(self, path: str) -> tuple[str, str]:
        """A function that gives a module or an object by name, if that may be this one or of this one."""
        by = call_of(last_name(path))
        if not self._is_called():
            return ("", "")
        call = self._call()
        if path in _OF_OBJECT:
            return self._asked_of(by, 1) if path.endswith("getmodule") else (by, "")
        key = next(iter([*call.args[:1], *(each.value for each in call.keywords if each.arg == "name")]), None)
        if key is None:
            return "", ""
        if path in _IMPORTING:
            return self._asked_of(by, 1) if self._may_be_own(key, unknown=False) else ("", "")
        if isinstance(key, ast.Constant):
            name = named_of(str(key.value), self._own)
            return (by, name) if name else ("", "")
        return (by, "") if _mentions_own_name(key) else ("", "")

    def _may_be_own(self, key: ast.expr, *, unknown: bool) -> bool:
        """Whether an expression may be the name of the module; unknown is the answer where nothing tells."""
        value = self._names.value(value_of(key), self._scope)
        if value.kind is Kind.CONSTANT:
            return value.constant == "__main__" or value.constant in self._own
        if value.kind is Kind.TEMPLATE:  # of more than the module's own name: a submodule, or another one
            return False
        return unknown or value.path == "__name__" or _mentions_own_name(key)

    # what is done with it

    def _from_namespace(self, at: int) -> str:
        """The key that is asked of the namespace so many expressions out from the candidate; "" for any."""
        match self._above(at):
            case ast.Subscript(slice=key, value=owner) if owner is self._at(at):
                return self._constant(key)
            case ast.Attribute(attr=name) if name in _ITEM_METHODS and isinstance(self._above(at + 1), ast.Call):
                return next(map(self._constant, self._call(at + 1).args), "")
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()]):
                return self._constant(key)
        node = self._at(at)
        return passed_on(node, self._parents) if isinstance(node, ast.expr) else ANY

    def _asked_of(self, by: str, at: int) -> tuple[str, str]:
        """What the module so many expressions out from the candidate is asked for: of one that is compared, nothing."""
        return ("", "") if isinstance(self._above(at), ast.Compare) else (by, self._from_module(at))

    def _from_module(self, at: int) -> str:
        """The attribute that is asked of the module so many expressions out from the candidate; "" for any."""
        match self._above(at):
            case ast.Attribute(attr="__dict__"):
                return self._from_namespace(at + 1)
            case ast.Attribute(attr="__class__", ctx=ast.Store()):  # whose methods may ask for any name
                return ""
            case ast.Attribute(attr=name):
                return name if name not in ("__getattribute__", "__getattr__") else ""
            case ast.Call(func=ast.Name(id="vars")):
                return self._from_namespace(at + 1)
            case ast.Call(func=ast.Name(id="dir")) as names:
                return passed_on(names, self._parents)
            case ast.Call(func=ast.Name(id=name), args=[first, key, *_]):
                is_asked = name in _ATTRIBUTE_FUNCTIONS and first is self._at(at)
                return self._constant(key) if is_asked else ""
            case ast.Call(func=function) if self._names.resolve(raw_path(function), self._scope) in _ABOUT_MODULES:
                return NOTHING
        return ""

    def _constant(self, key: ast.expr) -> str:
        """The name that a key is, or what stands for one that is put together; "" for any."""
        value = self._names.value(value_of(key), self._scope)
        if value.kind is Kind.TEMPLATE:
            return made_of("".join(self._parts(value)))
        if value.kind is Kind.CONSTANT and isinstance(value.constant, str):
            return value.constant
        if not isinstance(key, ast.Name):
            return ANY
        texts = self._spelling().texts(key)
        known = made_of(f"(?:{'|'.join(map(re.escape, texts))})") if texts and ANY not in texts else ANY
        return known or of_variable(key, self._parents)

    def _parts(self, value: Value) -> Iterator[str]:
        """Patterns of the parts of a text that is put together."""
        for each in value.items:
            if each.kind is Kind.TEMPLATE:
                yield from self._parts(each)
            else:
                yield re.escape(str(each.constant)) if each.kind is Kind.CONSTANT else ANYTHING

    def _at(self, at: int) -> ast.AST:
        """The expression so many steps out from the candidate."""
        node: ast.AST = self._node
        for _ in range(at):
            node = self._parents[node]
        return node

    def _above(self, at: int) -> ast.AST:
        """What is around that expression."""
        return self._at(at + 1)

    def _parent(self) -> ast.AST:
        return self._above(0)

    def _is_called(self) -> bool:
        parent = self._parent()
        return isinstance(parent, ast.Call) and parent.func is self._node

    def _call(self, at: int = 0) -> ast.Call:
        call = self._above(at)
        assert isinstance(call, ast.Call), "whoever asks has looked"  # noqa: S101  # narrows the type
        return call


def _code_of(pattern: str) -> str:
    """Return the code that a pattern stands for, with a placeholder name for each unknown part."""
    return _ESCAPED.sub(r"\1", pattern.replace(WORD, _HOLE))


def named_of(text: str, own: Collection[str]) -> str:
    """The name that a text gives of a module of one of some dotted names, as in "shop.logs:Formatter"; else empty."""
    dotted = text.replace(":", ".")
    rest = next((dotted[len(each) + 1 :] for each in own if dotted.startswith(f"{each}.")), "")
    return rest.partition(".")[0]


def _owner_of_namespace(node: ast.expr) -> ast.expr | None:
    """The object whose names a mapping has: `math` of `vars(math)` and of `math.__dict__`; None for another mapping."""
    match node:
        case ast.Call(func=ast.Name(id="vars"), args=[inner]) | ast.Attribute(value=inner, attr="__dict__"):
            return inner
    return None


def _mentions_own_name(key: ast.expr) -> bool:
    """Whether an expression is made from the name of the module, or of that in which something was defined."""
    return any(
        (isinstance(part, ast.Name) and part.id in ("__name__", "__package__", "__spec__"))
        or (isinstance(part, ast.Attribute) and part.attr == "__module__")
        for part in ast.walk(key)
    )


def _subject(node: ast.expr) -> str:
    """The name that an expression for an object or its class begins with: `self` of `type(self)`."""
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return root_of(raw_path(node))


def _has_quoted(text: ast.expr) -> bool:
    """Whether a text that is put together has another one in quotes, which may be code: `f"f{template!r}"`."""
    nodes = list(ast.walk(text))
    return any(isinstance(each, ast.FormattedValue) and each.conversion > 0 for each in nodes) or any(
        map(_is_repr, nodes)
    )


def _is_repr(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("ascii", "repr")
