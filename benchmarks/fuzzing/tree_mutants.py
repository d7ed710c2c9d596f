"""Mutants of syntax trees: what stands where something else stood, with what startup code does put in between."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from copy import deepcopy
from random import Random

VALUES = (
    "",
    ".",
    "..",
    "/",
    "\0",
    "a" * 9_000,
    "a." * 4_000,
    "%s%(x)s%*d",
    "{0}{}{x.y[z]}",
    "{:1000000000}",
    "\ud800",
    "\n",
    "pandas",
    "startup_entry",
    "subject",
    "subject:create_app",
    "*",
    "**/*/**",
    "é",
    " ",
    "-1",
    "utf-16",
    "../..",
    0,
    -1,
    1,
    10**30,
    10**9,
    1e308,
    float("inf"),
    True,
    None,
    b"",
    b"\xff",
    b"a" * 9_000,
    (),
    ("", "."),
    frozenset({"."}),
    2j,
    Ellipsis,
)
WORK = (
    "importlib.import_module({0})",
    "__import__({0})",
    "importlib.import_module({0}, {1})",
    "getattr(sys.modules[__name__], {0})",
    "getattr({1}, {0})",
    "pkgutil.walk_packages(__path__)",
    "pkgutil.iter_modules([{0}])",
    "os.path.splitext({0})[0]",
    "os.path.join({0}, {1})",
    "os.path.relpath({0}, {1})",
    "os.listdir({0})",
    "pathlib.Path({0}).glob({1})",
    "({0}) % ({1})",
    "({0}) + ({1})",
    "({0}) * ({1})",
    "({0}) ** ({1})",
    "({0}) << ({1})",
    "({0})[{1}]",
    "({0})[::{1}]",
    "({0}).join({1})",
    "({0}).split({1})",
    "({0}).replace({1}, {0})",
    "({0}).format({1})",
    "({0}).ljust({1})",
    "({0}).zfill({1})",
    "({0}).partition({1})",
    "({0}).encode({1})",
    "({0}).find({1})",
    "({0}).count({1})",
    "({0}).expandtabs({1})",
    "range({0})",
    "list(range({0}, {1}))",
    "int({0}, {1})",
    "str({0}, {1})",
    "chr({0})",
    "sorted({0})",
    "dict({0})",
    "dict.fromkeys({0}, {1})",
    "type({0}, ({1},), {{}})",
    "type({0})({1})",
    "isinstance({0}, {1})",
    "re.compile({0})",
    "re.sub({0}, {1}, {0})",
    "re.match({0}, {1}).group({1})",
    "functools.partial({0}, {1})",
    "functools.reduce({0}, {1})",
    "[x for x in {0} if {1}]",
    "{{x: y for x, y in {0}}}",
    "(lambda x: x(x))(lambda x: x(x))",
    "(lambda *a, **k: a(*a, **k))({0})",
    "f'{{({0})!r:{{({1})}}}}'",
    "import_string({0})",
    "open({0}).read()",
    "json.loads({0})",
    "os.environ[{0}]",
    "os.environ.get({0}, {1})",
    "Flask({0})",
    "Flask(__name__).register_blueprint({0})",
    "app.config.from_object({0})",
    "app.config[{0}]",
    "app.run(debug={0})",
    "eval({0})",
    "exec({0})",
    "vars({0})",
    "globals()[{0}]",
    "locals().update({0})",
    "super().__init__({0})",
    "iter({0}, {1})",
    "next(iter({0}))",
    "map({0}, {1})",
    "zip(*{0})",
    "enumerate({0})",
    "textwrap.dedent({0})",
    "fnmatch.filter({0}, {1})",
    "string.Template({0}).substitute({1})",
    "operator.attrgetter({0})({1})",
    "collections.namedtuple({0}, {1})({0})",
    "enum.Enum({0}, {1})",
    "sys.path.insert({1}, {0})",
    "sys.modules.setdefault({0}, {1})",
    "setattr({0}, {1}, {0})",
)
SHAPES = (
    "def f(x):\n    return f({0})\nf({1})",
    "def g():\n    yield from g()\nlist(g())",
    "x = {0}\nx = x",
    "x = y = {0}\ny = x",
    "while True:\n    {0}\n    break",
    "for x in {0}:\n    x = {1}",
    "class X(X):\n    x = {0}",
    "class X(type):\n    pass\nclass Y(metaclass=X):\n    x = {0}",
    "try:\n    {0}\nexcept ImportError:\n    {1}",
    "try:\n    import subject\nexcept* ValueError:\n    {0}",
    "with {0} as x:\n    {1}",
    "import subject as x\nfrom subject import *\nx.{2}({0})",
    "from . import subject\nfrom .. import x\nfrom .{2} import x",
    "import {2}.{2}.{2}",
    "@{0}\ndef x(y={1}): pass",
    "def __getattr__(name):\n    return importlib.import_module(name)",
    "global x, y\nx = {0}\ndel x",
    "match {0}:\n    case [x, *_] | {{'a': x}}:\n        {1}\n    case str() as x if x:\n        pass",
    "x: {0} = {1}",
    "x += {0}",
    "def d(f):\n    return d(f)\n@d\n@d\ndef x(): return {0}\nx()",
    "if TYPE_CHECKING:\n    import pandas\nelse:\n    {0}",
    "__all__ = {0}\n__all__ += {1}",
    "__path__ = {0}\n__name__ = {1}",
    "__file__ = {0}\nopen(__file__)",
    "async def x():\n    async with {0}: await {1}\nx()",
    "a, *b = {0}\n(c, d), e = {1}",
    "if __name__ == '__main__':\n    {0}\n    app.run({1})",
    "class A:\n    def __getattr__(self, n):\n        return getattr(self, n + {0})\nA().x",
    "class A:\n    __slots__ = {0}\n    def __init_subclass__(cls, **k): {1}\nclass B(A, x={0}): pass",
    "x = {0}\nwhile x.find({1}) >= 0:\n    x = x[x.find({1}):]",
    "x = {0}\nfor _ in range(10 ** 9):\n    x = x + x",
)


class Grafter:
    """Puts subtrees of one tree, and shapes of startup code, in places of another."""

    def __init__(self, tree: ast.Module, other: ast.Module, random: Random) -> None:
        self.tree = tree
        self.random = random
        nodes = [*ast.walk(tree), *ast.walk(other)]
        self.expressions = [
            each for each in nodes if isinstance(each, ast.expr) and isinstance(_context(each), ast.Load)
        ]
        self.statements = [each for each in nodes if isinstance(each, ast.stmt)]
        self.names = sorted({each.id for each in nodes if isinstance(each, ast.Name)}) or ["x"]

    def graft(self) -> None:
        """Change one place of the tree."""
        self.random.choice((self.statement, self.statement, self.expression, self.rename, self.shuffle, self.nest))()

    def statement(self) -> None:
        """Put a statement of either tree, or a shape, into a body."""
        body = self._body()
        new = (
            self._shape()
            if self.random.random() < 0.6
            else [deepcopy(self.random.choice(self.statements or [ast.Pass()]))]
        )
        at = self.random.randint(0, len(body))
        body[at : at + self.random.choice((0, 0, 1))] = new

    def expression(self) -> None:
        """Put an expression in the place of another."""
        places = [
            (node, name, index)
            for node in ast.walk(self.tree)
            for name, value in ast.iter_fields(node)
            for index, each in (enumerate(value) if isinstance(value, list) else [(None, value)])
            if isinstance(each, ast.expr) and isinstance(_context(each), ast.Load)
        ]
        if places:
            node, name, index = self.random.choice(places)
            new = self._value(3)
            if index is None:
                setattr(node, name, new)
            else:
                getattr(node, name)[index] = new

    def rename(self) -> None:
        """Call one name as another is called."""
        old, new = self.random.choice(self.names), self.random.choice([*self.names, "pandas", "app", "__all__"])
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id == old:
                node.id = new
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) and node.name == old:
                node.name = new

    def shuffle(self) -> None:
        """Order the statements of a body differently."""
        self.random.shuffle(self._body())

    def nest(self) -> None:
        """Put a body into a compound statement, a few times over."""
        body = self._body()
        for _ in range(self.random.choice((1, 2, 12))):
            inner: list[ast.stmt] = list(body) or [ast.Pass()]
            test = self._value(1)
            body[:] = [
                self.random.choice(
                    (
                        ast.If(test, inner, []),
                        ast.While(test, inner, []),
                        ast.With([ast.withitem(test)], inner),
                        ast.Try(inner, [ast.ExceptHandler(None, None, [ast.Pass()])], [], []),
                        ast.Try([ast.Pass()], [ast.ExceptHandler(test, "e", inner)], [], []),
                        ast.ClassDef("Nest", [test], [], inner, [], **_TYPE_PARAMS),
                    )
                )
            ]

    def _body(self) -> list[ast.stmt]:
        bodies = [each.body for each in ast.walk(self.tree) if isinstance(getattr(each, "body", None), list)]
        # most of what matters runs at import time, where a draw over all bodies seldom falls
        return self.tree.body if self.random.random() < 0.4 else self.random.choice(bodies)

    def _shape(self) -> list[ast.stmt]:
        values = [ast.unparse(ast.fix_missing_locations(self._value(2))) for _ in range(2)]
        text = self.random.choice(SHAPES).format(*values, self.random.choice(self.names))
        return ast.parse(text).body

    def _value(self, depth: int) -> ast.expr:
        """Return an expression: one that is there, an odd constant, or work on others."""
        drawn = self.random.random()
        if depth and drawn < 0.5:
            values = [ast.unparse(ast.fix_missing_locations(self._value(depth - 1))) for _ in range(2)]
            try:
                return ast.parse(self.random.choice(WORK).format(*values), mode="eval").body
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                return ast.Constant("")
        if drawn < 0.75 or not self.expressions:
            return ast.Constant(self.random.choice(VALUES))
        return deepcopy(self.random.choice(self.expressions))  # a tree that holds itself has no end


_TYPE_PARAMS: dict[str, list[ast.AST]] = {"type_params": []} if "type_params" in ast.ClassDef._fields else {}


def _context(node: ast.expr) -> ast.expr_context:
    context = getattr(node, "ctx", None)
    return context if isinstance(context, ast.expr_context) else ast.Load()


def treewise(data: bytes, other: bytes, random: Random) -> bytes:
    """Return a text whose tree has been grafted; a text that has none, or that cannot be written, as it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            grafter = Grafter(ast.parse(data), _parsed(other), random)
            for _ in range(random.choice((1, 2, 3, 6))):
                _try(grafter.graft)
            return ast.unparse(ast.fix_missing_locations(grafter.tree)).encode("utf-8", "surrogatepass")
        except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError, AttributeError):
            return data


def _try(change: Callable[[], None]) -> None:
    try:
        change()
    except (SyntaxError, ValueError, IndexError, TypeError, AttributeError):
        return  # a shape that does not go with the values that were drawn


def _parsed(data: bytes) -> ast.Module:
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
