"""The nodes of one file's syntax tree, indexed by what a question about another module of the project looks at."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from ..model.access_paths import is_dotted
from ..syntax.import_statements import imported
from ..syntax.raw_paths import raw_path
from ..syntax.tree_walk import children, nodes_of
from .put_together import matches
from .spelled import NO_NAME, Spelling

_PATCHING = frozenset({"patch", "object", "multiple", "setattr", "delattr", "spy", "stub"})  # of mock and pytest
ASKING = frozenset({"getattr", "hasattr", "setattr", "delattr", "object", "spy", "stub"})  # for a name of an object
LISTING = frozenset({"vars", "dir", "getmembers", "getmembers_static", "copy_module_attributes"})
_BUILTINS = frozenset({"getattr", "hasattr", "setattr", "delattr"})
# Code in a text, perhaps one of the arguments of another process: `run([sys.executable, "-c", code])`.
_RUNNING = frozenset({
    "Popen", "Timer", "call", "check_call", "check_output", "compile", "eval", "exec", "popen", "repeat", "run",
    "runctx", "system", "timeit",
})  # fmt: skip
OF_SETTINGS = frozenset({"from_object", "from_pyfile"})  # take the upper-case names of a module or file
RUNNING_FILES = OF_SETTINGS | {"run_module", "run_path"}  # give names of the file that they run
_LOADING_FILES = frozenset({"exec_module", "load_module", "load_source", "module_from_spec"})
EXEC = "exec"
_SHOWING = frozenset({"pp", "pprint", "print"})  # take no notice of which names a module has
_OF_OBJECTS = ASKING | LISTING | RUNNING_FILES | {"attrgetter"}
_MODULES_BY_NAME = frozenset({"import_module", "__import__", "getLogger"})
IMPORTING = frozenset({"import_module", "__import__"})
_TEMPLATE = re.compile(r"\{\{|\{%|\{\w*\.")


class Spelled(NamedTuple):
    """A string, and its line."""

    value: str
    line: int


class NamingCall(NamedTuple):
    """A call with arguments that may name names of a module."""

    node: ast.Call
    verb: str
    texts: Sequence[str]
    patterns: Sequence[str]  # of arguments that are put together, as expressions of `re`
    words: frozenset[str | None]  # the texts, and the names of keyword arguments

    @property
    def values(self) -> Sequence[ast.expr]:
        """The values of all arguments, positional ones first."""
        return [*self.node.args, *(each.value for each in self.node.keywords)]


class Nodes:
    """The nodes of a file's syntax tree, in the order of `ast.walk`, with what every question about a module looks at.

    Each node that an index gives comes with its place in that order.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.all: Sequence[ast.AST] = nodes_of(tree)
        self.spelling = Spelling(self.all)
        self.imports: list[tuple[int, ast.Import | ast.ImportFrom]] = []
        self.attributes: dict[str, list[tuple[int, ast.Attribute]]] = {}  # by name
        self.calls: list[tuple[int, ast.Call]] = []
        self.strings: list[tuple[int, Spelled]] = []
        self.matched: dict[str, list[int]] = {}  # lines of patterns, by the attribute that they ask for
        for at, node in enumerate(self.all):
            if isinstance(node, ast.Attribute):
                self.attributes.setdefault(node.attr, []).append((at, node))
            elif isinstance(node, ast.Call):
                self.calls.append((at, node))
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self.strings.append((at, Spelled(node.value, node.lineno)))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.imports.append((at, node))
            elif isinstance(node, ast.MatchClass):
                for name in node.kwd_attrs:
                    self.matched.setdefault(name, []).append(node.lineno)

    @cached_property
    def bound(self) -> dict[str, str]:
        """What imports bind, "*" for a star: the dotted name of each, with the leading dots."""
        return {name: "." * level + dotted for name, (dotted, level) in self._bound.items()}

    @cached_property
    def bound_to(self) -> Mapping[tuple[str, int], Sequence[str]]:
        """The names that are bound to what a dotted name and a number of leading dots stand for."""
        found: dict[tuple[str, int], list[str]] = {}
        for name, place in self._bound.items():
            found.setdefault(place, []).append(name)
        return found

    @cached_property
    def _bound(self) -> Mapping[str, tuple[str, int]]:
        names = (each for _, node in self.imports for each in imported(node))
        return {each.bound or "*": (each.path.lstrip("."), each.level) for each in names}

    @cached_property
    def levels(self) -> Set[int]:
        """How many dots relative imports begin with."""
        return {node.level for _, node in self.imports if isinstance(node, ast.ImportFrom) and node.level}

    @cached_property
    def taking(self) -> Mapping[tuple[str, int], Sequence[tuple[int, ast.ImportFrom]]]:
        """The imports from a module, by its dotted name and the number of leading dots."""
        found: dict[tuple[str, int], list[tuple[int, ast.ImportFrom]]] = {}
        for at, node in self.imports:
            if isinstance(node, ast.ImportFrom):
                found.setdefault((node.module or "", node.level), []).append((at, node))
        return found

    @cached_property
    def renaming(self) -> Sequence[tuple[int, ast.Import | ast.ImportFrom]]:
        """The imports with an `as`."""
        return [(at, node) for at, node in self.imports if any(each.asname for each in node.names)]

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """What is around each node."""
        return {child: node for node in self.all for child in children(node)}

    def is_parameter(self, node: ast.AST, name: str) -> bool:
        """Return whether a node reads a name as a parameter of a function around it, which imports no such name."""
        inner = node
        while (around := self.parents.get(inner)) is not None:
            is_inside = isinstance(around, _FUNCTIONS) and (inner is around.body or inner in _body(around))
            if is_inside and any(isinstance(each, ast.arg) and each.arg == name for each in _parameters(around)):
                imports = (each for each in ast.walk(around) if isinstance(each, (ast.Import, ast.ImportFrom)))
                return not any(each.bound in (name, "*") for found in imports for each in imported(found))
            inner = around
        return False

    @cached_property
    def texts(self) -> Set[str]:
        """All strings of the file."""
        return {text.value for _, text in self.strings}

    @cached_property
    def templates(self) -> Sequence[tuple[int, str]]:
        """The strings that are templates, of Jinja or for `format`, that may read attributes, each with its line."""
        return [(text.line, text.value) for _, text in self.strings if _TEMPLATE.search(text.value)]

    @cached_property
    def plain(self) -> Mapping[str, Sequence[tuple[int, ast.expr]]]:
        """The names, and attributes of names, that the file reads, by the last of them."""
        return self._read[0]

    @cached_property
    def others(self) -> Sequence[tuple[int, ast.expr]]:
        """The attributes and subscripts of other expressions that the file reads."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Mapping[str, Sequence[tuple[int, ast.expr]]], Sequence[tuple[int, ast.expr]]]:
        plain: dict[str, list[tuple[int, ast.expr]]] = {}
        others: list[tuple[int, ast.expr]] = []
        for at, node in enumerate(self.all):
            if isinstance(node, ast.Subscript):
                others.append((at, node))
            elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                path = raw_path(node)
                if not is_dotted(path):
                    others.append((at, node))
                else:
                    plain.setdefault(path.rpartition(".")[2], []).append((at, node))
        return plain, others

    @cached_property
    def importing(self) -> Sequence[tuple[int, ast.Call]]:
        """The calls that import a module by its name."""
        return [(at, node) for at, node in self.calls if imported_by(node) is not None]

    @cached_property
    def asking(self) -> Sequence[tuple[int, ast.Call]]:
        """The calls that ask an object for a name."""
        return [(at, node) for at, node in self.calls if node.args and last_of(node.func) in _OF_OBJECTS]

    def keys_asked(self, namespace: ast.expr) -> Sequence[str]:
        """The keys that a module's namespace is asked for: `vars(m)["key"]`, `m.__dict__.get("key")`; "" is any."""
        around = self.parents.get(namespace)
        if isinstance(around, ast.Call) and last_of(around.func) in _SHOWING and around.func is not namespace:
            return ()
        if isinstance(around, ast.Subscript) and around.value is namespace:
            return self.spelling.names(around.slice)
        if isinstance(around, ast.Call) and around.func is namespace and around.args:  # of `__getattribute__`
            return self.spelling.names(around.args[0])
        if isinstance(around, ast.Attribute) and around.attr == "get":
            call = self.parents.get(around)
            if isinstance(call, ast.Call) and call.func is around and call.args:
                return self.spelling.names(call.args[0])
        if isinstance(around, ast.Compare) and all(isinstance(each, (ast.In, ast.NotIn)) for each in around.ops):
            return self.spelling.names(around.left)
        return ("",)

    @cached_property
    def executing(self) -> Sequence[tuple[ast.Call, ast.expr]]:
        """The calls of `exec` with a namespace to run code in, each with that namespace."""
        named = (node for _, node in self.calls if last_of(node.func) == EXEC)
        found = ((node, [*node.args[1:2], *(each.value for each in node.keywords)]) for node in named if node.args)
        return [(node, namespaces[0]) for node, namespaces in found if namespaces]

    def keys_read(self, namespace: ast.expr) -> Sequence[str]:
        """The keys that the file reads from a namespace, by the name of the namespace; "" is any key."""
        if isinstance(namespace, ast.Dict):  # which nothing has afterwards
            return ()
        read = (node for _, node in self.plain.get(last_of(namespace), ()) if node is not namespace)
        path = raw_path(namespace)
        return [key for node in read if raw_path(node) == path for key in self.keys_asked(node)] if path else ("",)

    @cached_property
    def loading_line(self) -> int:
        """The line on which a module is loaded from its file: `module_from_spec(spec)`; 0 if none is."""
        return next((node.lineno for _, node in self.calls if last_of(node.func) in _LOADING_FILES), 0)

    @cached_property
    def asking_later(self) -> Sequence[int]:
        """The lines on which a function that asks objects for names is no callee: `partial(getattr, reports)`."""
        nodes = (node for name in sorted(ASKING & _BUILTINS) for _, node in self.plain.get(name, ()))
        around = ((node, self.parents.get(node)) for node in nodes if isinstance(node, ast.Name))
        return [node.lineno for node, call in around if not isinstance(call, ast.Call) or call.func is not node]

    @cached_property
    def asking_any(self) -> Sequence[int]:
        """The lines on which something is asked for what it has under a name that is a variable.

        That it is an attribute of some object, which keeps no module unless a file hands one on, is left out.
        """
        called = [node for _, node in self.asking if last_of(node.func) == "getattr" and len(node.args) > 1]
        named = [node for node in called if isinstance(node.args[1], ast.Name)]
        return [node.lineno for node in named if not self._is_of_object(node.args[0])]

    def _is_of_object(self, node: ast.expr) -> bool:
        root, _, rest = raw_path(node).partition(".")
        return bool(rest) and root not in self.bound and root not in ("self", "cls")

    @cached_property
    def kept(self) -> Sequence[tuple[int, str]]:
        """The patterns of the texts that are put together and given back or kept, each with its line."""
        given = [node.value for node in self.all if isinstance(node, _KEEPING)]
        held = [each for value in given for each in (_elements(value) if value is not None else ())]
        made = [each for each in held if isinstance(each, (ast.BinOp, ast.JoinedStr, ast.Call))]
        return [(each.lineno, pattern) for each in made if (pattern := self._pattern(each)) is not None]

    @cached_property
    def run(self) -> Sequence[Spelled]:
        """The texts that are given to what runs code, each with its line."""
        calls = (node for _, node in self.calls if last_of(node.func) in _RUNNING)
        values = [each for node in calls for each in (*node.args, *(keyword.value for keyword in node.keywords))]
        parts = (each.elts if isinstance(each, (ast.List, ast.Tuple)) else [each] for each in values)
        return [Spelled(text, each.lineno) for some in parts for each in some for text in self.spelling.texts(each)]

    @cached_property
    def naming(self) -> Sequence[tuple[int, NamingCall]]:
        """The calls with an argument that may name something."""
        return [(at, found) for at, node in self.calls if (found := self._naming(node)) is not None]

    def _naming(self, node: ast.Call) -> NamingCall | None:
        values = [*node.args, *(each.value for each in node.keywords)]
        texts = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        made = [each for each in values if isinstance(each, (ast.BinOp, ast.JoinedStr, ast.Call))]
        if not (texts or made or node.keywords):
            return None
        last = last_of(node.func)
        patterns = () if last in _MODULES_BY_NAME else tuple(filter(None, map(self._pattern, made)))
        if not (texts or patterns or node.keywords):
            return None
        words = frozenset((*texts, *(each.arg for each in node.keywords)))
        return NamingCall(node, "patches" if last in _PATCHING else "names", texts, patterns, words)

    def _pattern(self, node: ast.expr) -> str | None:
        """The pattern of a text that is put together; None for one that says nothing of a module."""
        pattern = self.spelling.pattern(node)
        return None if pattern is None or matches(pattern, NO_NAME) else pattern


_FUNCTIONS = (ast.AsyncFunctionDef, ast.FunctionDef, ast.Lambda)


def _body(node: ast.AST) -> Sequence[ast.AST]:
    return node.body if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)) else ()


def _parameters(node: ast.AST) -> Iterator[ast.AST]:
    return ast.iter_child_nodes(node.args) if isinstance(node, _FUNCTIONS) else iter(())


_KEEPING = (ast.AnnAssign, ast.Assign, ast.NamedExpr, ast.Return, ast.Yield)  # statements and expressions


def _elements(value: ast.expr) -> Sequence[ast.expr | None]:
    """What a value holds that is a display, or the value itself."""
    if isinstance(value, ast.Dict):
        return value.values
    return value.elts if isinstance(value, (ast.List, ast.Set, ast.Tuple)) else [value]


def imported_by(node: ast.AST) -> ast.expr | None:
    """The argument that names the module: `import_module(text)`, `import_module(name=text)`; None for other calls."""
    if not isinstance(node, ast.Call) or last_of(node.func) not in IMPORTING:
        return None
    return node.args[0] if node.args else next((each.value for each in node.keywords if each.arg == "name"), None)


def last_of(node: ast.expr) -> str:
    """Return the last name of the expression that a call calls: "b" of `a.b()`."""
    if type(node) is ast.Name:
        return node.id
    return raw_path(node).rpartition(".")[2]


_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Give a statement or module, then the statements in it, outer ones first; handlers and cases too."""
    found = [tree]
    for node in found:  # grows meanwhile
        yield node
        for name in _BLOCKS:
            found += getattr(node, name, ())
