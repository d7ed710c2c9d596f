"""Projects of two and three files as hypothesis draws them: a module with heavy imports, and files that reach into it.

`{m}` is the other module as a file names it, `{path}` its dotted name, `{name}` a function of it and `{c}` a class,
`{b}` a name that it imports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grammar import drawn_modules
from hypothesis import strategies as st

HEADER = """\
import contextlib, functools, importlib, inspect, operator, pkgutil, sys, threading, types
from elsewhere import apply
from flask import Flask
"""

# The file that startup loads, the module, and how the one names the other.
LAYOUTS = (
    ("case.py", "helper.py", (("import helper", "helper"), ("import helper as h", "h"))),
    ("shop/__init__.py", "shop/helper.py", (("from . import helper", "helper"), ("from shop import helper as h", "h"))),
    (
        "shop/case.py",
        "shop/helper.py",
        (
            ("import shop.helper", "shop.helper"),
            ("from . import helper", "helper"),
            ("from shop import helper as h", "h"),
            ("import shop.helper as h", "h"),
        ),
    ),
)

CALLS = (
    "value_{n} = {m}.{name}()",
    "from {path} import {name}\nvalue_{n} = {name}()",
    "from {path} import {name} as work_{n}\nvalue_{n} = work_{n}()",
    "for each in ({m},):\n    each.{name}()",
    "value_{n} = [each() for each in ({m}.{name}, len) if each is not len]",
    "value_{n} = [each(1) for each, on in (({m}.{name}, False), (print, True)) if on]",
    "OFF_{n} = {{'{name}'}}\nvalue_{n} = [getattr({m}, each)() for each in ('{name}',) if each not in OFF_{n}]",
    "apply({m}.{name})",
    "threading.Thread(target={m}.{name}).start()",
    "def create_app():\n    app = Flask(__name__)\n    app.value = {m}.{name}()\n    return app",
    "def create_app():\n    app = Flask(__name__)\n    app.value = {m}.{name}\n    return app",
    "def create_app():\n    from {path} import {name}\n    app = Flask(__name__)\n    {name}()\n    return app",
    "def create_app():\n    app = Flask(__name__)\n    {m}.{c}()\n    return app",
    "def create_app():\n    app = Flask(__name__)\n    app.route('/')({m}.{name})\n    return app",
    "object_{n} = {m}.{c}()",
    "object_{n} = {m}.{c}()\nobject_{n}.load()",
    "value_{n} = {m}.{c}.load(None)",
    "class Sub_{n}({m}.{c}):\n    extra = 1",
    "class Sub_{n}({m}.{c}):\n    extra = 1\nSub_{n}().load()",
    "@{m}.{name}\ndef decorated_{n}(*args):\n    return 1",
    "def later_{n}(*args):\n    return {m}.{name}()",
    "later_{n} = lambda: {m}.{name}()",
    "def now_{n}(*args):\n    return {m}.{name}()\nvalue_{n} = now_{n}()",
    "TABLE_{n} = {{'a': {m}.{name}}}",
    "TABLE_{n} = {{'a': {m}.{name}}}\nTABLE_{n}['a']()",
    "part_{n} = functools.partial({m}.{name}, 1)",
    "part_{n} = functools.partial({m}.{name}, 1)\npart_{n}()",
    "class Owner_{n}:\n    member = {m}.{name}",
    "class Owner_{n}:\n    member = {m}.{c}()\nvalue_{n} = Owner_{n}().member",
    "value_{n} = list(map({m}.{name}, [1]))",
    "value_{n} = getattr({m}, '{name}')()",
    "if __name__ == '__main__':\n    {m}.{name}()",
    "{m}.{name}.helper = 1",
    "with {m}.{c}():\n    pass",
    "value_{n} = f'{{{m}.{name}()}}'",
)

READS = (
    "value_{n} = {m}.{b}",
    "def later_{n}(*args):\n    return {m}.{b}",
    "from {path} import {b}",
    "from {path} import {b} as other_{n}",
    "from {path} import *\nvalue_{n} = {b}",
    "def later_{n}(*args):\n    from {path} import {b}\n    return {b}",
    "value_{n} = getattr({m}, '{b}')",
    "def find_{n}(name='{b}'):\n    return getattr({m}, name)",
    "value_{n} = vars({m})['{b}']",
    "value_{n} = {m}.__dict__['{b}']",
    "def find_{n}(name='{b}'):\n    return {m}.__dict__.get(name)",
    "value_{n} = dict(inspect.getmembers({m})).get('{b}')",
    "globals().update(vars({m}))\nvalue_{n} = {b}",
    "value_{n} = [value for name, value in vars({m}).items() if name == '{b}']",
    "value_{n} = '{b}' in dir({m})",
    "value_{n} = hasattr({m}, '{b}')",
    "kernel_{n} = {m}\nvalue_{n} = kernel_{n}.{b}",
    "def go_{n}(module):\n    return module.{b}\nvalue_{n} = go_{n}({m})",
    "def go_{n}(module={m}):\n    return module.{b}",
    "class Backends_{n}:\n    first = {m}\nvalue_{n} = Backends_{n}.first.{b}",
    "class Backends_{n}:\n    def __init__(self):\n        self.first = {m}\n    def load(self):\n"
    "        return self.first.{b}",
    "TABLE_{n} = {{'k': {m}}}\nvalue_{n} = TABLE_{n}['k'].{b}",
    "TABLE_{n} = dict(k={m})\ndef read_{n}(*args):\n    return TABLE_{n}['k'].{b}",
    "for each in ({m},):\n    value_{n} = each.{b}",
    "value_{n} = [each.{b} for each in ({m},)]",
    "value_{n} = operator.attrgetter('{b}')({m})",
    "value_{n} = sys.modules['{path}'].{b}",
    "value_{n} = importlib.import_module('{path}').{b}",
    "value_{n} = pkgutil.resolve_name('{path}:{b}')",
    "from werkzeug.utils import import_string\nvalue_{n} = import_string('{path}:{b}')",
    "from werkzeug.utils import import_string\ndef find_{n}(name='{path}.{b}'):\n    return import_string(name)",
    "value_{n} = getattr(__import__('{path}', fromlist=['x']), '{b}')",
    "exec('value_{n} = {b}', vars({m}))",
    "value_{n} = eval('{b}', vars({m}))",
    "with contextlib.nullcontext({m}) as module_{n}:\n    value_{n} = module_{n}.{b}",
    "value_{n} = (lambda module: module.{b})({m})",
    "(module_{n}, other_{n}) = ({m}, 1)\nvalue_{n} = module_{n}.{b}",
    "value_{n} = (module_{n} := {m}).{b}",
    "space_{n} = types.SimpleNamespace(one={m})\nvalue_{n} = space_{n}.one.{b}",
    "value_{n} = ({m} or sys).{b}",
    "def give_{n}():\n    return {m}\nvalue_{n} = give_{n}().{b}",
    "match {m}:\n    case module_{n}:\n        value_{n} = module_{n}.{b}",
    "{m}.{b} = 1",
    "setattr({m}, '{b}', 1)",
    "del {m}.{b}",
    "value_{n} = {m}.__name__",
    "value_{n} = {m}",
)

# A third file between the two, with how the first file then names the second.
BETWEEN = (
    ("from {path} import *\n", "{mid}"),
    ("import {path}\nhelper = sys.modules['{path}']\n", "{mid}.helper"),
    ("from {path} import {name}\n", "{mid}"),
    ("from {path} import {name}\nREADY = {name}()\n", "{mid}"),
    ("from {path} import {name}\ndef work(*args):\n    return {name}()\n", "{mid}"),
    ("import {path} as helper\n", "{mid}.helper"),
    ("def __getattr__(name):\n    import {path} as helper\n    return getattr(helper, name)\n", "{mid}"),
)

# A third file that tests the module; its functions run when startup is over.
TESTS = (
    "def check():\n    with mock.patch('{path}.{b}'):\n        return {m}.{name}()\n",
    "TARGET = '{path}' + '.{b}'\ndef check():\n    with mock.patch(TARGET):\n        return {m}.{name}()\n",
    "def check():\n    with mock.patch(f'{{{m}.__name__}}.{b}'):\n        return {m}.{name}()\n",
    "def check():\n    with mock.patch.object({m}, '{b}', 1):\n        return {m}.{name}()\n",
    "@mock.patch('{path}.{b}')\ndef check(patched):\n    return {m}.{name}()\n",
    "BASE = '{path}'\ndef check():\n    with mock.patch('%s.%s' % (BASE, '{b}')):\n        return {m}.{name}()\n",
    "def check():\n    with mock.patch.multiple({m}, {b}=1):\n        return {m}.{name}()\n",
    "def check():\n    with mock.patch.dict(vars({m}), {b}=1):\n        return {m}.{name}()\n",
    "def check():\n    return {m}.{name}()\n",
)

# A third file that the module itself imports: its functions are given the module's.
GIVEN = (
    ("def now(function):\n    return function()\n", "@now\ndef started(*args):\n    return {use}\n"),
    ("def later(function):\n    return function\n", "@later\ndef started(*args):\n    return {use}\n"),
    ("KEPT = []\ndef keep(function):\n    KEPT.append(function)\n    return function\n",
     "@keep\ndef started(*args):\n    return {use}\n"),
    ("def now(function):\n    return function()\n", "def started(*args):\n    return {use}\nVALUE = now(started)\n"),
    ("def call(functions):\n    for each in functions:\n        each()\n",
     "def started(*args):\n    return {use}\ncall([started])\n"),
    ("class Base:\n    def __init_subclass__(cls):\n        cls.load(cls)\n",
     "class Started(Base):\n    def load(self, *args):\n        return {use}\n"),
    ("class Base:\n    def __init_subclass__(cls):\n        cls.kept = cls.load\n",
     "class Started(Base):\n    def load(self, *args):\n        return {use}\n"),
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """The files of a project by path. main is what startup loads; is_configured, whether settings name it."""

    files: Mapping[str, str]
    main: str
    is_configured: bool = False


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project of two or three files."""
    main, helper, forms = draw(st.sampled_from(LAYOUTS))
    folder = helper.rpartition("/")[0]
    module = draw(drawn_modules())
    files = {main: "", helper: module.text}
    if main == "shop/case.py":
        files["shop/__init__.py"] = ""
    statement, reached = draw(st.sampled_from(forms))
    holes = {
        "path": dotted(helper),
        "name": draw(st.sampled_from(module.functions[::-1])),
        "c": draw(st.sampled_from(module.classes[::-1])),
        "b": draw(st.sampled_from(module.bound)),
        "use": draw(st.sampled_from(module.uses)),
    }
    lines = [HEADER + statement]
    third = draw(st.sampled_from(("", "", "between", "test", "given")))
    if third == "between":
        path = f"{folder}/middle.py".lstrip("/")
        text, reached = draw(st.sampled_from(BETWEEN))
        files[path] = "import sys\n" + _filled(text, holes)
        lines.append(f"import {dotted(path)}")
        reached = reached.replace("{mid}", dotted(path))
    elif third == "test":
        text = draw(st.sampled_from(TESTS))
        files[f"{folder}/test_helper.py".lstrip("/")] = (
            f"from unittest import mock\nimport {holes['path']}\n" + _filled(text, holes | {"m": holes["path"]})
        )
    elif third == "given":
        path = f"{folder}/given.py".lstrip("/")
        files[path], text = draw(st.sampled_from(GIVEN))
        name = re.findall(r"^(?:def|class) (\w+)", files[path], re.MULTILINE)[0]
        files[helper] += f"from {dotted(path)} import {name}\n" + _filled(text, holes)
    for number in range(draw(st.integers(1, 3))):
        text = _filled(draw(st.sampled_from(CALLS + READS)), holes | {"m": reached, "n": str(number)})
        if draw(st.integers(0, 1)) and not text.startswith(("def create_app", "from ")):
            inner = "".join(f"    {line}\n" for line in text.splitlines())
            text = f"try:\n{inner}except (TypeError, AttributeError, KeyError, NameError):\n    pass"
        lines.append(text)
    files[main] = "\n".join(lines) + "\n"
    return Project(files, main, draw(st.booleans()))


def _filled(template: str, holes: Mapping[str, str]) -> str:
    text = re.sub(r"\{(path|name|use|mid|m|c|b|n)\}", lambda hole: holes.get(hole[1], hole[0]), template)
    return text.replace("{{", "{").replace("}}", "}")


def dotted(path: str) -> str:
    """The dotted name of the module in a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
