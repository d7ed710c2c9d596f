"""Made-up projects in the shapes that hurt a recursive or quadratic walk, of any size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import growth_shapes_more
import growth_shapes_odd
from growth_project import APP, Files

# modules


def chain(size: int) -> Files:
    """Each module imports the next."""
    for number in range(size):
        yield f"m{number}", f"import m{number + 1}\n" if number + 1 < size else ""


def fan(size: int) -> Files:
    """One module imports all others."""
    yield "m0", "".join(f"import m{number}\n" for number in range(1, size))
    for number in range(1, size):
        yield f"m{number}", ""


def cycle(size: int) -> Files:
    """A ring of modules that take a name from the next and from the first."""
    for number in range(size):
        following = (number + 1) % size
        yield f"m{number}", f"from m{following} import x as y\nfrom m0 import x as z\nx = {number}\n"


def heavy_cycle(size: int) -> Files:
    """A ring of modules, each of which imports a heavy package as well."""
    for number in range(size):
        yield f"m{number}", f"import m{(number + 1) % size}\nimport pandas\ndef f():\n    return pandas\n"


def heavy_chain(size: int) -> Files:
    """Each module imports the next, and a heavy package for a function."""
    for number in range(size):
        following = f"import m{number + 1}\n" if number + 1 < size else ""
        yield f"m{number}", f"{following}import pandas\ndef f():\n    return pandas\n"


def heavy_end(size: int) -> Files:
    """Each module imports the next, and the last one a heavy package that it needs."""
    for number in range(size):
        yield f"m{number}", f"import m{number + 1}\n" if number + 1 < size else "import pandas\npandas.x()\n"


def many_heavy(size: int) -> Files:
    """One module imports all others, each of which imports the same heavy package."""
    yield "m0", "".join(f"import m{number}\n" for number in range(1, size))
    for number in range(1, size):
        yield f"m{number}", "import pandas\ndef f():\n    return pandas\n"


def re_exports(size: int) -> Files:
    """Each module takes a name from the next."""
    for number in range(size):
        following = f"from m{number + 1} import make\n" if number + 1 < size else f"{APP}def make():\n    return app\n"
        yield f"m{number}", following + ("make().run(debug=True)\n" if not number else "")


def stars(size: int) -> Files:
    """Each module takes all names from the next."""
    for number in range(size):
        following = f"from m{number + 1} import *\n" if number + 1 < size else f"{APP}def make():\n    return app\n"
        yield f"m{number}", following + ("make().run(debug=True)\n" if not number else "")


def packages(size: int) -> Files:
    """Packages of ten modules each, which import the next package's by relative names."""
    yield "m0", "".join(f"import p{number}.a0\n" for number in range(size // 10))
    for number in range(size // 10):
        yield f"p{number}/__init__", ""
        for inner in range(10):
            following = f"from . import a{inner + 1}\nfrom .a{inner + 1} import x as y\n" if inner < 9 else ""
            yield f"p{number}/a{inner}", f"{following}x = 1\n"


# calls


def call_chain(size: int) -> Files:
    """Each module's function imports the next and calls it, as deep as there are modules."""
    for number in range(size):
        inner = (
            f"    from m{number + 1} import go\n\n    return go(given)\n" if number + 1 < size else "    return given\n"
        )
        start = "\n\ngo('x')\n" if not number else ""
        yield f"m{number}", f"def go(given):\n{inner}{start}"


def helpers(size: int) -> Files:
    """Each function calls the one before."""
    calls = "".join(f"def f{number}():\n    return f{number - 1}()\n" for number in range(1, size))
    yield "m0", f"{APP}import pandas\ndef f0():\n    return pandas\n{calls}f{size - 1}()\n"


def many_calls(size: int) -> Files:
    """Functions that are called twenty times each, with other values."""
    functions = "".join(f"def f{number}(x):\n    return x\n" for number in range(size // 20))
    calls = "".join(f"f{number}('a{at}')\n" for number in range(size // 20) for at in range(20))
    yield "m0", f"{APP}import pandas\n{functions}{calls}"


def handed_on(size: int) -> Files:
    """Functions that hand what they are given to the next, called from both ends."""
    functions = "".join(f"def f{number}(x):\n    f{number - 1}(x)\n" for number in range(1, size))
    calls = "".join(f"f{number}('a{number % 7}')\n" for number in range(size))
    yield "m0", f"{APP}import pandas\ndef f0(x):\n    return pandas\n{functions}{calls}"


def registry(size: int) -> Files:
    """An app that is passed to a function of every other module, which stores something on it."""
    imports = "".join(f"import m{number}\nm{number}.init(app)\n" for number in range(1, size))
    yield "m0", f"{APP}{imports}"
    for number in range(1, size):
        yield f"m{number}", f"def init(app):\n    app.part{number} = {number}\n    app.part{number}.start()\n"


def blueprints(size: int) -> Files:
    """Blueprints that are made and registered, each with a view that uses a heavy package."""
    made = "".join(
        f"b{at} = Blueprint('b{at}', __name__)\n@b{at}.route('/{at}')\ndef v{at}():\n    return pandas\n"
        for at in range(size)
    )
    registered = "".join(f"app.register_blueprint(b{at})\n" for at in range(size))
    yield "m0", f"from flask import Blueprint\nimport pandas\n{APP}{made}{registered}"


# classes


def classes(size: int) -> Files:
    """Each module's class derives from that of the next, ten deep, and is instantiated."""
    for number in range(size):
        following = number + 1
        imported = f"import m{following}\n" if following < size else ""
        base = f"m{following}.C{following}" if following % 10 and following < size else ""
        body = f"    def __init__(self):\n        self.x = {number}\n"
        yield f"m{number}", f"{imported}class C{number}({base}):\n{body}C{number}()\n"


def many_classes(size: int) -> Files:
    """Classes of one file with a few methods each, all made and called."""
    body = "    def __init__(self, x):\n        self.x = x\n    def go(self):\n        return pandas\n"
    made = "".join(f"class C{number}:\n{body}c{number} = C{number}(app)\nc{number}.go()\n" for number in range(size))
    yield "m0", f"import pandas\n{APP}{made}"


def many_methods(size: int) -> Files:
    """One class with many methods that call each other."""
    methods = "".join(f"    def m{number}(self):\n        self.m{number - 1}()\n" for number in range(1, size))
    yield "m0", f"import pandas\n{APP}class C:\n    def m0(self):\n        return pandas\n{methods}C().m{size - 1}()\n"


def inheritance(size: int) -> Files:
    """Each class derives from the one before."""
    derived = "".join(f"class C{number}(C{number - 1}):\n    x = {number}\n" for number in range(1, size))
    start = "class C0(Flask):\n    def go(self):\n        return pandas\n"
    yield "m0", f"import pandas\nfrom flask import Flask\n{start}{derived}app = C{size - 1}(__name__)\napp.go()\n"


# statements and names of one file


def imports_with_users(size: int) -> Files:
    """A heavy package that is imported again and again under other names, each for a function."""
    pairs = (f"import pandas as n{at}\ndef f{at}():\n    return n{at}\n" for at in range(size))
    yield "m0", APP + "".join(pairs)


def many_names(size: int) -> Files:
    """Many names taken from a heavy package by one statement."""
    names = ", ".join(f"n{number}" for number in range(size))
    yield "m0", f"{APP}from pandas import ({names})\ndef f():\n    return n0\n"


def many_names_used(size: int) -> Files:
    """Many names taken from a heavy package by one statement, each for a function."""
    names = ", ".join(f"n{number}" for number in range(size))
    users = "".join(f"def f{number}():\n    return n{number}\n" for number in range(size))
    yield "m0", f"{APP}from pandas import ({names})\n{users}"


def unused_imports(size: int) -> Files:
    """A heavy package that is imported again and again under other names, for nothing."""
    yield "m0", APP + "".join(f"import pandas as n{at}\n" for at in range(size))


def one_statement(size: int) -> Files:
    """The same in one statement."""
    yield "m0", f"{APP}import {', '.join(f'pandas as n{at}' for at in range(size))}\n"


def unused_names(size: int) -> Files:
    """Many names taken from a heavy package by one statement of as many lines, for nothing."""
    names = "".join(f"    n{at},\n" for at in range(size))
    yield "m0", f"{APP}from pandas import (\n{names})\n"


def long_name(size: int) -> Files:
    """A module in a package in a package, and so on."""
    yield "m0", f"{APP}import pandas{'.a' * 10 * size}\n"


def aliases(size: int) -> Files:
    """Each name is the one before."""
    names = "".join(f"x{number} = x{number - 1}\n" for number in range(1, size))
    yield "m0", f"import pandas\n{APP}x0 = app\n{names}x{size - 1}.run(debug=True)\n"


def attempts(size: int) -> Files:
    """Each import falls back to the one before."""
    tried = "".join(f"try:\n    import a{at}\nexcept ImportError:\n    a{at} = a{at - 1}\n" for at in range(1, size))
    yield "m0", f"import pandas\n{APP}a0 = app\n{tried}a{size - 1}.go()\n"


def grown_list(size: int) -> Files:
    """A list that grows statement by statement, and is imported by name."""
    added = "".join(f"X += ['a{number}']\n" for number in range(size))
    yield "m0", f"import importlib\nimport pandas\n{APP}X = []\n{added}for m in X:\n    importlib.import_module(m)\n"


def appended(size: int) -> Files:
    """A list and a dictionary that grow call by call."""
    added = "".join(f"X.append(v{at})\nY['k{at}'] = v{at}\ndef v{at}():\n    return pandas\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}X = []\nY = {{}}\n{added}for f in X:\n    f()\nfor f in Y.values():\n    f()\n"


def own_calls(size: int) -> Files:
    """A function that calls itself with each of many parts of its argument."""
    ways = "".join(f"    if x.kind == {at}:\n        return T[x.n](f(x.a{at}), f(x.b{at}))\n" for at in range(size))
    yield (
        "m0",
        f"import ast, operator\n{APP}T = {{1: operator.add}}\ndef f(x):\n{ways}    return x\nf(ast.parse('1'))\n",
    )


def containers(size: int) -> Files:
    """Many lists, each of which something is put into."""
    made = "".join(f"X{at} = []\nX{at}.append(app)\nfor each in X{at}:\n    each.x{at} = 1\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}{made}"


def rebound(size: int) -> Files:
    """One name that is bound again and again."""
    bound = "".join(f"x = make(x, {number})\n" for number in range(size))
    yield "m0", f"import pandas\n{APP}def make(a, b):\n    return a\nx = app\n{bound}x.go()\n"


def settings_on_app(size: int) -> Files:
    """Many settings of one app, each read again."""
    put = "".join(f"app.config['K{at}'] = 'm'\nimportlib.import_module(app.config['K{at}'])\n" for at in range(size))
    yield "m0", f"import importlib\nimport pandas\n{APP}{put}"


def elifs(size: int) -> Files:
    """Long chains of `elif`, an import in each."""
    longest = 2_000  # Python itself parses 2,500 at most
    tests = "".join(
        f"{'elif' if number % longest else 'if'} app.x{number}:\n    import pandas\n" for number in range(size)
    )
    yield "m0", f"{APP}{tests}"


def decorators(size: int) -> Files:
    """Decorators of the file, and functions with one each."""
    made = "".join(f"def d{at}(f):\n    return f\n@d{at}\ndef v{at}():\n    return pandas\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}{made}"


def literal(size: int) -> Files:
    """One giant literal of functions by name."""
    rows = "".join(f"    'k{number}': ('a', v, {number}),\n" for number in range(size))
    yield "m0", f"import pandas\n{APP}def v():\n    return pandas\nX = {{\n{rows}}}\nfor k, f in X.items():\n    f()\n"


def one_line(size: int) -> Files:
    """Many findings on one line, and as many `noqa` comments."""
    calls = "; ".join("app.run(debug=True)" for _ in range(size))
    yield "m0", f"import pandas\n{APP}{calls}\n" + "x = 1  # noqa: F401\n" * size


def debug_runs(size: int) -> Files:
    """Many findings."""
    yield "m0", f"import pandas\n{APP}" + "app.run(debug=True)\n" * size


SHAPES: dict[str, Callable[[int], Files]] = {
    name.replace("_", " "): shape
    for name, shape in {**globals(), **vars(growth_shapes_more), **vars(growth_shapes_odd)}.items()
    if callable(shape) and getattr(shape, "__annotations__", {}).get("return") == "Files"
}


def write(shape: str, size: int, folder: Path) -> None:
    """Write a project of a shape and size into a folder."""
    for name, text in SHAPES[shape](size):
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
