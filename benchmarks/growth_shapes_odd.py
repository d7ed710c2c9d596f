"""Shapes that people tried when they wanted to make the analysis slow."""

from __future__ import annotations

from growth_project import APP, Files


def star_web(size: int) -> Files:
    """Modules that take all names of three others, round about, and call the functions of two."""
    for at in range(size):
        stars = "".join(f"from m{(at + step) % size} import *\n" for step in (1, 2, 3))
        function = f"def f{at}():\n    return f{(at + 1) % size}()\nf{(at + 3) % size}()\n"
        yield f"m{at}", f"{'' if at else APP}{stars}{function}"


def partials(size: int) -> Files:
    """Each name is a partial call of the one before."""
    chain = "".join(f"g{at} = functools.partial(g{at - 1}, {at})\n" for at in range(1, size))
    yield "m0", f"import functools\nimport pandas\n{APP}def g0(*a):\n    return pandas\n{chain}g{size - 1}()\n"


def matches(size: int) -> Files:
    """Statements that choose by a value, one after another."""
    each = "match a:\n    case 1:\n        import pandas\n    case [x, y]:\n        b = x\n    case _:\n        a = b\n"
    yield "m0", f"{APP}import os\na = b = os.environ.get('A')\n{each * size}"


def cases(size: int) -> Files:
    """One statement that chooses between many."""
    many = "".join(f"    case {at}:\n        b = {at}\n" for at in range(size))
    yield "m0", f"{APP}import os\nimport pandas\na = os.environ.get('A')\nmatch a:\n{many}print(b)\n"


def delegating(size: int) -> Files:
    """Each generator hands on what the one before yields."""
    chain = "".join(f"def g{at}():\n    yield from g{at - 1}()\n" for at in range(1, size))
    yield "m0", f"import pandas\n{APP}def g0():\n    yield pandas\n{chain}list(g{size - 1}())\n"


def defined_again(size: int) -> Files:
    """One function that is defined again and again, and called each time."""
    yield "m0", f"import pandas\n{APP}" + "".join(f"def f():\n    return pandas, {at}\nf()\n" for at in range(size))


def tested_parameters(size: int) -> Files:
    """A function that tests each of its parameters."""
    names = [f"p{at}" for at in range(size)]
    tests = "".join(f"    if {name}:\n        import pandas\n" for name in names)
    yield "m0", f"{APP}def f({', '.join(f'{name}=0' for name in names)}):\n{tests}f(1)\nf(p3=2)\n"


def decorator_classes(size: int) -> Files:
    """Classes that decorate a function each, and keep it."""
    methods = "    def __init__(self, f):\n        self.f = f\n    def __call__(self, *a):\n        return self.f(*a)\n"
    many = "".join(f"class D{at}:\n{methods}@D{at}\ndef f{at}():\n    return pandas\nf{at}()\n" for at in range(size))
    yield "m0", f"import pandas\n{APP}{many}"


def lambdas(size: int) -> Files:
    """Each lambda calls the one before."""
    chain = "".join(f"l{at} = lambda x: l{at - 1}(x)\n" for at in range(1, size))
    yield "m0", f"import pandas\n{APP}l0 = lambda x: pandas\n{chain}l{size - 1}(1)\n"


def signals(size: int) -> Files:
    """Functions that wait for one signal, which is sent once for each."""
    many = "".join(f"@s.connect\ndef f{at}(sender):\n    return pandas\ns.send(app)\n" for at in range(size))
    yield "m0", f"import pandas\nfrom blinker import signal\n{APP}s = signal('s')\n{many}"


def strings_round(size: int) -> Files:
    """Names that are made of one another under a test, and imported."""
    circle = "".join(
        f"def f{at}(x):\n    if x:\n        return f{(at + 1) % size}(x) + 'a'\n    return 'm{at}'\n"
        for at in range(size)
    )
    yield "m0", f"import importlib\n{APP}{circle}importlib.import_module(f0(app.name))\n"


def cross_calls(size: int) -> Files:
    """Modules whose functions call functions of two others, under a test."""
    for at in range(size):
        one, two = (at * 2 + 1) % size, (at * 2 + 2) % size
        function = f"def f(x=0):\n    if x:\n        m{one}.f(x - 1)\n    return m{two}.g\ndef g():\n    return f()\n"
        yield f"m{at}", f"{'' if at else APP}import m{one}, m{two}\n{function}{'' if at else 'f()'}\n"


def grown_texts(size: int) -> Files:
    """Texts and lists that are made of themselves, each way there is, and imported."""
    ways = {
        "a": "a.replace('x', a)", "b": "b % (b, b)", "c": "c.format(c, c)", "d": "d.join([d, d, d])", "e": "e + e",
        "f": "f * 9", "g": "f'{g}{g}'", "h": "[*h, *h]", "i": "i.expandtabs(99)", "j": "j.ljust(2 * len(j))",
    }  # fmt: skip
    first = {"b": "'x%sx%s'", "c": "'x{}x{}'", "h": "['x']", "i": "'x\\t'"}
    starts = "".join(f"{name} = {first.get(name, repr('xx'))}\n" for name in ways)
    grown = "".join(f"{name} = {way}\n" for name, way in ways.items())
    imports = "".join(f"importlib.import_module({name})\n" for name in ways if name != "h")
    yield "m0", f"import importlib\n{APP}{starts}{grown * size}{imports}for n in h:\n    importlib.import_module(n)\n"


def sent_by_each(size: int) -> Files:
    """Functions that each wait for a signal, and each send it."""
    many = "".join(
        f"@s.connect\ndef f{at}(sender):\n    return pandas\ndef g{at}():\n    s.send(app)\ng{at}()\n"
        for at in range(size)
    )
    yield "m0", f"import pandas\nfrom blinker import signal\n{APP}s = signal('s')\n{many}"


def classes_again(size: int) -> Files:
    """One class that is defined again and again, and made each time."""
    methods = "    def __init__(self):\n        self.x = pandas\n    def run(self):\n        return self.x\n"
    yield "m0", f"import pandas\n{APP}" + f"class C:\n{methods}C().run()\n" * size
