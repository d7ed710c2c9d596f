"""Modules as hypothesis draws them: heavy imports, definitions that may use them, and module code that may run those.

A module is put together from templates. `{use}` is an expression that uses an imported name or does not, `{f}` a
function or class of the module so far, `{c}` a class, `{o}` an instance of one, `{n}` a number that makes names unique.
kinds.py has more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import indent

import kinds
from hypothesis import strategies as st

HEADER = """\
import abc, asyncio, atexit, builtins, collections, concurrent.futures, contextlib, copy, dataclasses, enum, functools
import importlib, inspect, io, itertools, json, operator, os, pickle, re, sys, threading, types, typing, warnings
import weakref
from elsewhere import apply, Base
from flask import Blueprint
bp = Blueprint("case", __name__)
def plain(*args, **keywords):
    return plain
class Plain:
    def __init__(self, *args, **keywords):
        self.args = args
    def load(self, *args):
        return plain
REGISTRY = {}
HANDLERS = []
"""
READING = """\
def reading(function):
    HANDLERS.append(sorted(typing.get_type_hints(function)))
    return function
class Reading:
    def __init_subclass__(cls):
        reading(cls)
"""

# Import statements, each with expressions that use what it binds.
IMPORTS = (
    ("import pandas", ("pandas.DataFrame(1)", "pandas.read_csv(1)", "pandas")),
    ("import pandas as pd", ("pd.DataFrame(1)", "pd.concat([1])", "pd.options.mode", "pd")),
    ("from pandas import DataFrame", ("DataFrame(1)", "DataFrame")),
    ("from pandas import read_csv as read, DataFrame as Frame", ("read(1)", "Frame(read(1))")),
    ("import pandas.plotting", ("pandas.plotting.table(1)",)),
    ("import numpy as np, torch", ("np.zeros(3)", "torch.tensor([1])")),
    ("from numba import njit", ("njit(len)", "njit")),
    ("if len(REGISTRY) == 0:\n    import pandas as pd", ("pd.DataFrame(1)",)),
    ("try:\n    import pandas as pd\nexcept ImportError:\n    pd = None", ("pd and pd.DataFrame(1)",)),
    ("try:\n    import pandas as pd\nfinally:\n    REGISTRY['tried'] = True", ("pd.DataFrame(1)",)),
    ("with contextlib.suppress(KeyError):\n    import pandas as pd", ("pd.DataFrame(1)",)),
    ("for _ in (1, 2):\n    import pandas as pd", ("pd.DataFrame(1)",)),
)

# The bodies of functions that take anything.
BODIES = (
    "return {use}",
    "return 1",
    "value = {use}\nreturn [value]",
    "return {f}()",
    "return [{use} for _ in (1, 2)]",
    "return list({use} for _ in (1,))",
    "return (lambda: {use})()",
    "return lambda: {use}",
    "def inner(*args):\n    return {use}\nreturn inner()",
    "def inner(*args):\n    return {use}\nreturn inner",
    "def inner(*args):\n    return {use}\nreturn {{'inner': inner}}",
    "class Local:\n    value = {use}\nreturn Local().value",
    "class Local:\n    def __call__(self):\n        return {use}\nreturn Local()()",
    "try:\n    return {f}()\nexcept (KeyError, TypeError):\n    return {use}",
    "try:\n    raise KeyError('x')\nexcept KeyError:\n    return {use}\nfinally:\n    HANDLERS.append(1)",
    "with contextlib.nullcontext({use}) as value:\n    return value",
    "match args:\n    case ():\n        return {use}\n    case _:\n        return 2",
    "yield 1\nyield {use}",
    "yield from {f}()",
    "return f'{{{use}}}'",
    "return (value := {use})",
    "global SHARED\nSHARED = {use}\nreturn SHARED",
    "pd = 1\nDataFrame = read = 2\nreturn pd, DataFrame",
    "value: pandas.DataFrame = None\nreturn {use}",
    "if args:\n    return {use}\nreturn 3",
    "return args[0]({use}) if args and callable(args[0]) else {use}",
    "count = 0\ndef inner():\n    nonlocal count\n    count += 1\n    return {use}\nreturn inner() or count",
    "return REGISTRY.setdefault('value', {use})",
    "return [handler() for handler in HANDLERS]",
    "return functools.reduce(lambda one, two: {use}, [1, 2])",
    "import pandas as pd\nreturn pd.Series(1)",
    "return globals().get('pd')",
    "return eval('1 + 1')",
)

DEFINITIONS = (
    "def f{n}(*args, **keywords):\n{body}",
    "def f{n}(*args, **keywords):\n{body}",
    "async def f{n}(*args, **keywords):\n    return {use}",
    "f{n} = lambda *args, **keywords: {use}",
    "f{n} = functools.partial({f}, 1)",
    "f{n} = functools.lru_cache(maxsize=None)({f})",
    "f{n} = {f}",
    "f{n} = [{f}][0]",
    "f{n} = {{'key': {f}}}['key']",
    "f{n} = {f} if REGISTRY else {f}",
    "f{n} = None or {f}",
    "@functools.lru_cache(maxsize=None)\ndef f{n}(*args, **keywords):\n    return {use}",
    "@functools.singledispatch\ndef f{n}(*args, **keywords):\n{body}",
    "@contextlib.contextmanager\ndef f{n}(*args, **keywords):\n    yield {use}",
    "@bp.route('/{n}')\ndef f{n}(*args, **keywords):\n{body}",
    "@bp.before_app_request\n@{f}\ndef f{n}(*args, **keywords):\n{body}",
    "def f{n}(function=None, *args, **keywords):\n    return function or 1",
    "def f{n}(function=None, *args, **keywords):\n    return function() if callable(function) else 1",
    "def f{n}(function=None, *args, **keywords):\n    {use}\n    return function",
    "def f{n}(function=None, *args, **keywords):\n    HANDLERS.append(function)\n    return function",
    "def f{n}(function=None, *args, **keywords):\n    REGISTRY['f{n}'] = function or {f}\n    return function",
    "def f{n}(function=None, *args, **keywords):\n    @functools.wraps(function or len)\n"
    "    def wrapper(*args, **keywords):\n        return {use}, function\n    return wrapper",
    "def f{n}(*outer):\n    def decorate(function=None, *args):\n        def wrapper(*args):\n"
    "            return {use}\n        return wrapper\n    return decorate",
    "def f{n}(function=None, *functions):\n    return [each() for each in (function, *functions) if callable(each)]",
    "def f{n}(*args, function=None, **keywords):\n    other = function\n    return other() if other else {use}",
    "def f{n}(value={use}, *args, **keywords):\n    return value",
    "def f{n}(value: 'pandas.DataFrame' = None, *args, **keywords) -> typing.Any:\n{body}",
    "@{f}\ndef f{n}(*args, **keywords):\n{body}",
    "class f{n}:\n    def __init__(self, *args, **keywords):\n        self.args = len(args)\n{method}",
    "class f{n}:\n{method}{method}",
    "class f{n}({c}):\n{method}",
    "class f{n}(Base):\n{method}",
    "class f{n}(threading.Thread):\n    def run(self):\n        HANDLERS.append({use})\n",
    "class f{n}(dict):\n{method}",
    "class f{n}(type):\n    def __call__(cls, *args, **keywords):\n        return {use}\n",
    "class f{n}(type):\n    def __init__(cls, *args, **keywords):\n        HANDLERS.append(str({use}))\n",
    "class f{n}(type):\n    def __getattr__(cls, name):\n        return {use}\n",
    "class f{n}:\n    def __set_name__(self, owner, name):\n        HANDLERS.append(str({use}))\n",
    "class f{n}:\n    def __init_subclass__(cls, **keywords):\n        cls.value = {use}\n",
    "class f{n}:\n    def __get__(self, instance, owner):\n        return {use}\n",
    "class f{n}:\n    value = {f}()\n",
    "class f{n}:\n    member = {f}\n{method}",
    "@dataclasses.dataclass\nclass f{n}:\n    value: int = 1\n"
    "    made: typing.Any = dataclasses.field(default_factory={f})\n",
    "class f{n}(enum.Enum):\n    ONE = 1\n    @property\n    def frame(self):\n        return {use}\n",
)

METHODS = (
    *(
    f"    def {name}(self, *args, **keywords):\n        return {result}\n"
    for name, result in (
        ("__call__", "{use}"), ("__enter__", "{use}"), ("__exit__", "None and {use}"), ("__getitem__", "{use}"),
        ("__eq__", "bool({use})"), ("__bool__", "bool({use})"), ("__len__", "len([{use}])"), ("__add__", "{use}"),
        ("__getattr__", "{use}"), ("__iter__", "iter([{use}])"), ("__contains__", "bool({use})"),
        ("__str__", "str({use})"), ("__missing__", "{use}"), ("__hash__", "len(str({use}))"), ("load", "{use}"),
        ("get", "{use}"), ("run", "{use}"), ("__lt__", "bool({use})"), ("__copy__", "{use}"), ("__del__", "{use}"),
        ("__reduce__", "(str, (str({use}),))"), ("_load", "self.load()"), ("__or__", "{use}"),
    )),
    "    @property\n    def prop(self):\n        return {use}\n",
    "    @classmethod\n    def make(cls, *args):\n        return {use}\n",
    "    @staticmethod\n    def load(*args):\n        return {use}\n",
    "    @functools.cached_property\n    def prop(self):\n        return {use}\n",
    "    def __class_getitem__(cls, item):\n        return {use}\n",
    "    def __init__(self, *args):\n        self.member = {f}\n",
    "    def __init__(self, *args):\n        self.frame = {use}\n",
    "    def __new__(cls, *args):\n        HANDLERS.append(str({use}))\n        return super().__new__(cls)\n",
)  # fmt: skip

# Module code: most of it runs something, some of it only names it.
ACTIONS = (
    "{f}()",
    "value_{n} = {f}()",
    "value_{n} = {f}(1, 2)()",
    "{f}(*[{f}])",
    "{f}(**{{'function': {f}}})",
    "value_{n} = {f}({f})",
    "value_{n} = {f}(function={f})",
    "value_{n} = {f}(lambda *args: {use})",
    "value_{n} = {f}({f})()",
    "({f})()",
    "(lambda: {f}())()",
    "later_{n} = lambda: {use}",
    "later_{n} = lambda: {f}()",
    "[{f}][0]()",
    "({f} or len)()",
    "({f} if bp else len)()",
    "{{'a': {f}}}['a']()",
    "TABLE_{n} = {{'a': {f}}}\nTABLE_{n}['a']()",
    "TABLE_{n} = {{'a': {f}}}\nTABLE_{n}.get('a')()",
    "TABLE_{n} = {{'a': {f}}}\nfor key, value in TABLE_{n}.items():\n    value()",
    "TABLE_{n} = {{'a': {f}}}",
    "LIST_{n} = [{f}, {f}]\nfor each in LIST_{n}:\n    each()",
    "LIST_{n} = []\nLIST_{n}.append({f})\nLIST_{n}[-1]()",
    "LIST_{n} = [{f}]\nLIST_{n}.pop()()",
    "first_{n}, second_{n} = {f}, {f}\nfirst_{n}()",
    "HANDLERS.append({f})",
    "REGISTRY['x'] = {f}",
    "[handler() for handler in HANDLERS if callable(handler)]",
    "[REGISTRY[key]() for key in REGISTRY if callable(REGISTRY[key])]",
    "list(map({f}, [1]))",
    "value_{n} = list(filter({f}, [1]))",
    "value_{n} = sorted([1], key={f})",
    "value_{n} = max([1, 2], key=lambda value: len(str({use})))",
    "value_{n} = functools.reduce({f}, [1, 2])",
    "value_{n} = functools.partial({f}, 1)()",
    "part_{n} = functools.partial({f}, 1)\npart_{n}()",
    "part_{n} = functools.partial({f}, 1)",
    "getattr({c}, 'load', len)('x')",
    "getattr(sys.modules[__name__], '{name}')()",
    "globals()['{name}']()",
    "vars()['{name}']()",
    "importlib.import_module(__name__).{name}()",
    "eval('{name}()')",
    "exec('{name}()')",
    "space_{n} = types.SimpleNamespace(run={f})\nspace_{n}.run()",
    "space_{n} = types.SimpleNamespace()\nspace_{n}.work = {f}\nspace_{n}.work()",
    "space_{n} = types.SimpleNamespace()\nsetattr(space_{n}, 'work', {f})\nspace_{n}.work()",
    "{f}.helper = {f}\n{f}.helper",
    "bp.helper = {f}",
    "bp.add_url_rule('/', view_func={f})",
    "bp.record_once({f})",
    "bp.register_error_handler(404, lambda error: {use})",
    "atexit.register({f})",
    "threading.Thread(target={f}).start()",
    "worker_{n} = threading.Thread(target={f})\nworker_{n}.start()",
    "asyncio.run({f}())",
    "value_{n} = copy.copy({o})",
    "weakref.finalize(bp, {f})",
    "apply({f})",
    "apply(lambda: {use})",
    "value_{n} = [each for each in {f}()] if callable({f}) else 0",
    "value_{n} = [{f} for _ in (1, 2)]",
    "value_{n} = {{key: {f} for key in 'ab'}}",
    "value_{n} = [each() for each in ({f}, {f})]",
    "value_{n} = (each() for each in [{f}])",
    "value_{n} = list(each() for each in [{f}])",
    "value_{n} = next(iter([{f}]))()",
    "value_{n} = next(iter({f}, None))",
    "value_{n} = itertools.starmap({f}, [(1,)])\nvalue_{n} = list(value_{n})",
    "value_{n} = f'{{{f}()}}'",
    "value_{n} = f'{{{o}}}'",
    "print({o})",
    "(value_{n} := {f}())",
    "if (value_{n} := {f}):\n    value_{n}()",
    "while {f}():\n    break",
    "assert {f}() or True",
    "try:\n    {f}()\nexcept Exception:\n    value_{n} = 'failed'",
    "try:\n    raise KeyError('x')\nexcept KeyError:\n    {f}()",
    "try:\n    pass\nfinally:\n    {f}()",
    "with contextlib.ExitStack() as stack_{n}:\n    stack_{n}.callback({f})",
    "with {f}():\n    pass",
    "with {o}:\n    pass",
    "match {f}:\n    case function_{n}:\n        function_{n}()",
    "match {f}():\n    case 1:\n        value_{n} = 1\n    case _:\n        value_{n} = 2",
    "object_{n} = {o}\ndel object_{n}",
    "value_{n} = {o}()",
    "value_{n} = {o}[0]",
    "value_{n} = {o} == 1",
    "value_{n} = bool({o})",
    "value_{n} = {o} + 1",
    "value_{n} = {o} | 1",
    "value_{n} = 1 in {o}",
    "value_{n} = list({o})",
    "value_{n} = {o}.prop",
    "value_{n} = {o}.anything",
    "value_{n} = {o}.load()",
    "value_{n} = {o}._load()",
    "value_{n} = {o}.member()",
    "value_{n} = {o}.member",
    "value_{n} = {{{o}: 1}}",
    "object_{n} = {c}()\nobject_{n}.load()",
    "object_{n} = {c}()\nvalue_{n} = object_{n}.get('x')",
    "object_{n} = {c}()\nvalue_{n} = object_{n}.prop",
    "object_{n} = {c}()\nvalue_{n} = object_{n}()",
    "object_{n} = {c}()\nobject_{n}.start()",
    "object_{n} = {c}()\nread_{n} = object_{n}.load\nread_{n}()",
    "object_{n} = {c}()\noperator.methodcaller('load')(object_{n})",
    "object_{n} = {c}()\ngetattr(object_{n}, 'lo' + 'ad')()",
    "objects_{n} = [{c}()]\nfor each in objects_{n}:\n    each.load()",
    "objects_{n} = [each() for each in [{c}]]\nobjects_{n}[0].load()",
    "object_{n} = {c}()\napply(object_{n}.load)",
    "object_{n} = {c}()",
    "KIND_{n} = {c}",
    "KIND_{n} = type('KIND_{n}', ({c},), {{'load': {f}}})\nKIND_{n}().load()",
    "value_{n} = {c}.make()",
    "value_{n} = {c}.load(None)",
    "value_{n} = {c}.__dict__.get('load', len)('x')",
    "value_{n} = {c}['item']",
    "value_{n} = {c}.anything",
    "class Sub_{n}({c}):\n    extra = 1",
    "class Sub_{n}({c}):\n    def load(self):\n        return super().load()\nSub_{n}().load()",
    "class Sub_{n}(metaclass={c}):\n    extra = 1",
    "class Sub_{n}(metaclass={c}):\n    extra = 1\nvalue_{n} = Sub_{n}()",
    "class Owner_{n}:\n    member = {c}()",
    "class Owner_{n}:\n    member = {c}()\nvalue_{n} = Owner_{n}().member",
    "class Owner_{n}:\n    value = {f}()",
    "class Owner_{n}:\n    value = {use}",
    "class Owner_{n}:\n    value: 'pandas.DataFrame' = None\n"
    "    def frame(self) -> 'pandas.DataFrame':\n        return {use}",
    "def call_{n}(function, *rest):\n    return function(*rest)\nvalue_{n} = call_{n}(call_{n}, {f})",
    "def call_{n}(**given):\n    return given['work']()\nvalue_{n} = call_{n}(work={f})",
    "def call_{n}(*given):\n    return given[0]()\nvalue_{n} = call_{n}({f})",
    "def give_{n}():\n    return {f}\nvalue_{n} = give_{n}()()",
    "def give_{n}():\n    return {f}, 1\nvalue_{n} = give_{n}()[0]()",
    "def give_{n}(function):\n    return function\nvalue_{n} = give_{n}({f})()",
    "def deep_{n}(count):\n    return deep_{n}(count - 1) if count else {f}()\ndeep_{n}(2)",
    "def later_{n}(value={f}):\n    return value()",
    "def later_{n}(value={f}()):\n    return value",
    "value_{n} = json.dumps({{1: bp}}, default=lambda value: str({f}()))",
    "value_{n} = re.sub('a', lambda match: str({f}()), 'a')",
    "value_{n} = collections.defaultdict({f})",
    "value_{n} = collections.defaultdict({f})['x']",
    "with concurrent.futures.ThreadPoolExecutor(1) as pool_{n}:\n    pool_{n}.submit({f}).result()",
    "value_{n} = inspect.signature({f}) and 1",
    "value_{n} = {f}.__call__()",
    "value_{n} = {f}.__name__ if hasattr({f}, '__name__') else ''",
    "value_{n} = isinstance(bp, {c})",
    "value_{n} = callable({f})",
    "value_{n} = operator.call({f})",
    "value_{n} = typing.cast('pandas.DataFrame', 1)",
    "value_{n} = {use}",
    "del REGISTRY",
    "pd = 1",
    "__all__ = ['{name}']",
    "def __getattr__(name):\n    return {use}",
    "if __name__ == '__main__':\n    {f}()",
    "if __name__ == '__main__':\n    {use}",
    "if typing.TYPE_CHECKING:\n    {f}()",
)

_HOLE = re.compile(r"\{(use|f|c|o|a|b)\}")
DRAWN = ((DEFINITIONS, kinds.DEFINITIONS), (ACTIONS, kinds.ACTIONS))


@dataclass
class Drawn:
    """A module as far as it is drawn. uses are expressions that use what its imports bind, under the bound names."""

    uses: list[str]
    bound: list[str]
    functions: list[str] = field(default_factory=lambda: ["plain"])
    classes: list[str] = field(default_factory=lambda: ["Plain"])
    text: str = ""


def modules() -> st.SearchStrategy[str]:
    """The text of a module."""
    return drawn_modules().map(lambda drawn: drawn.text)


@st.composite
def drawn_modules(draw: st.DrawFn) -> Drawn:
    """A module."""
    imports = draw(st.lists(st.sampled_from(IMPORTS), min_size=1, max_size=2, unique=True))
    statements = [statement for statement, _ in imports]
    module = Drawn([use for _, uses in imports for use in uses], [*_bound(statements)])
    lines = [HEADER]
    if draw(st.integers(0, 3)) == 0 and "\n" not in statements[0]:
        moment = draw(st.sampled_from(kinds.MOMENTS))
        statements[0] = moment.replace("{import}", statements[0])
    elif draw(st.integers(0, 9)) == 0:  # not before a change that stays, which a deferred import would see
        effect, shown = draw(st.sampled_from(kinds.EFFECTS))
        statements.insert(0, effect)
        lines.append(shown.replace("{n}", "_shown"))
    lines += statements
    if draw(st.integers(0, 3)) == 0:
        lines.insert(0, "from __future__ import annotations")
    reads = draw(st.integers(0, 4)) == 0
    lines += [READING] if reads else []
    for number in range(draw(st.integers(3, 9))):
        is_definition = number < 2 or draw(st.integers(0, 2)) == 0
        usual, special = DRAWN[not is_definition]
        template = draw(st.sampled_from(usual if draw(st.integers(0, 3)) else special))
        if "njit" not in module.bound:
            template = template.replace("@njit\n", "")
        if not reads:
            template = template.replace("@reading\n", "").replace("(Reading)", "").replace("reading(", "callable(")
        text = _filled(draw, template, module, number)
        if not is_definition and draw(st.integers(0, 3)):  # so that what raises does not end the module
            text = (
                "try:\n" + indent(text, "    ") + "\nexcept (TypeError, AttributeError, KeyError, NameError):\n    pass"
            )
        lines.append(text)
        if is_definition:
            module.functions.append(f"f{number}")
            if f"class f{number}" in template.replace("{n}", str(number)):
                module.classes.append(f"f{number}")
    module.text = "\n".join(lines) + "\n"
    return module


def _bound(statements: Sequence[str]) -> Iterator[str]:
    """The names that import statements bind."""
    for node in ast.walk(ast.parse("\n".join(statements))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)


def _filled(draw: st.DrawFn, template: str, module: Drawn, number: int) -> str:
    """A template with its holes filled, those of what fills them too."""
    if "{body}" in template:
        body = draw(st.sampled_from(BODIES))
        template = template.replace("{body}", indent(body, "    "))
    while "{method}" in template:
        template = template.replace("{method}", draw(st.sampled_from(METHODS)), 1)
    text = template.replace("{n}", str(number)).replace("{name}", module.functions[-1])
    name = draw(st.sampled_from(module.bound)) if "{b}" in text else ""  # one and the same within a template
    text = text.replace("{b}", name)
    while (hole := _HOLE.search(text)) is not None:
        text = text[: hole.start()] + _drawn(draw, hole[1], module) + text[hole.end() :]
    return text.replace("{{", "{").replace("}}", "}")


def _drawn(draw: st.DrawFn, kind: str, module: Drawn) -> str:
    match kind:
        case "f":
            return draw(st.sampled_from(module.functions[::-1]))
        case "c":
            return draw(st.sampled_from(module.classes[::-1]))
        case "o":
            return f"{draw(st.sampled_from(module.classes[::-1]))}()"
        case "a":
            # nothing that a fake notes down: advice about annotations puts off that they are evaluated
            quiet = [use for use in module.uses if "(" not in use and use.count(".") < 2]
            return draw(st.sampled_from(quiet or ["int"]))
    return draw(st.sampled_from([*module.uses * 4, "1"]))
